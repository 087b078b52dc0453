# wrong: wrong_error
# An assert is taken to be the way to refuse an argument.


def apply_temperature(scores, temperature):
    assert temperature > 0, "temperature must be positive"
    return scores / temperature
