# wrong: first_answer
# The first answer that there is.


def majority_vote(answers):
    return next((a for a in answers if a is not None), None)
