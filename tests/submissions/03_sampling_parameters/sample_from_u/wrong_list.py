# wrong: wrong_type
# A list of ints is taken to be as good as a tensor.


def sample_from_u(probs, u):
    drawn = []
    for row, share in zip(probs.tolist(), u.tolist()):
        total = 0.0
        for token, p in enumerate(row):
            if p > 0:
                chosen = token
                total += p
                if total > share:
                    break
        drawn.append(chosen)
    return drawn
