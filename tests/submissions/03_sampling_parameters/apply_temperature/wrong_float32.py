# wrong: wrong_dtype
# Computed in fp32 and left there.


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return scores.float() / temperature
