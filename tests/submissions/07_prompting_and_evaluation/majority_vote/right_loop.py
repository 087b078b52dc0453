# right: counts by hand, then a walk in order


def majority_vote(answers):
    counts = {}
    for answer in answers:
        if answer is None:
            continue
        counts[answer] = counts.get(answer, 0) + 1
    best = None
    for answer, count in counts.items():
        if best is None or count > counts[best]:
            best = answer
    return best
