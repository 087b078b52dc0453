# wrong: first_answer
# The last answer that there is.


def majority_vote(answers):
    return next((a for a in reversed(answers) if a is not None), None)
