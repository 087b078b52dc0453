# wrong: wrong_error
# ZeroDivisionError for 0, TypeError for a negative number: no ValueError.


def apply_temperature(scores, temperature):
    if temperature < 0:
        raise TypeError("temperature must be positive")
    return scores * (1 / temperature)
