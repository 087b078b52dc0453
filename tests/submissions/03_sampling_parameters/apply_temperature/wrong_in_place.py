# wrong: input_changed
# /= is taken to make a new tensor.


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    scores /= temperature
    return scores
