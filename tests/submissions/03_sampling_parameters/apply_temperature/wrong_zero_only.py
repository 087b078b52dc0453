# wrong: no_error_at_negative
# Only 0 is refused: a negative temperature turns the ranking upside down.


def apply_temperature(scores, temperature):
    if temperature == 0:
        raise ValueError("temperature must not be 0")
    return scores / temperature
