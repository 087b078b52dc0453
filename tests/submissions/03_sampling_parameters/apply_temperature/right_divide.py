# right: one division, the result in the input's dtype by itself


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    return scores / temperature
