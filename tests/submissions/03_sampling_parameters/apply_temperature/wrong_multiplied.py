# wrong: multiplied
# A high temperature is taken to make the scores larger.


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return scores * temperature
