# wrong: tie_to_last
# An equal count replaces the best so far.


def majority_vote(answers):
    counts = {}
    for answer in answers:
        if answer is not None:
            counts[answer] = counts.get(answer, 0) + 1
    best = None
    for answer, count in counts.items():
        if best is None or count >= counts[best]:
            best = answer
    return best
