# wrong: tie_first_to_reach
# The first that reaches the highest count keeps it.


def majority_vote(answers):
    counts, best, most = {}, None, 0
    for answer in answers:
        if answer is not None:
            counts[answer] = counts.get(answer, 0) + 1
            if counts[answer] > most:
                best, most = answer, counts[answer]
    return best
