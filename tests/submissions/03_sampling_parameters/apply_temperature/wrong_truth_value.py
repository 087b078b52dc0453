# wrong: no_error_at_negative
# `not temperature` is taken to be true for everything that is not positive.


def apply_temperature(scores, temperature):
    if not temperature:
        raise ValueError("temperature must be positive")
    return scores / temperature
