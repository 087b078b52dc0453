# wrong: input_changed
# None is removed from the caller's list.


def majority_vote(answers):
    while None in answers:
        answers.remove(None)
    return max(answers, key=answers.count, default=None)
