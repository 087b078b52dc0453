# wrong: int_refused
# As transformers does: temperature 2 has to be written 2.0.


def apply_temperature(scores, temperature):
    if not isinstance(temperature, float) or temperature <= 0:
        raise ValueError("temperature must be a positive float")
    return scores / temperature
