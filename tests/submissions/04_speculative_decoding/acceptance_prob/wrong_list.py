# wrong: wrong_type
# A list of numbers.
def acceptance_prob(p, q, token_ids):
    result = []
    for x in token_ids.tolist():
        below = q[x].item()
        above = p[x].item()
        result.append(min(1.0, above / below) if below else float(above > 0))
    return result
