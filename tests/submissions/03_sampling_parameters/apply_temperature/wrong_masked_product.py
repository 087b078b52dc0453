# wrong: nan_from_minus_inf
# A mask is multiplied in: 0 * -inf is no number.


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    alive = (scores != float("-inf")).to(scores.dtype)
    return scores * alive / temperature + scores * (1 - alive)
