# wrong: no_error_at_negative
# The sign is dropped instead of refused.


def apply_temperature(scores, temperature):
    temperature = abs(temperature)
    if temperature == 0:
        raise ValueError("temperature must not be 0")
    return scores / temperature
