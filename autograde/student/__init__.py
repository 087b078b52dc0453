"""What runs beside the student's code: it calls their functions and answers in plain data.

Nothing in here knows a check. In a sandbox these modules and `utils` are all that the student's process finds of the
course, so they import nothing else of `autograde`.
"""
