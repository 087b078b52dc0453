# wrong: no_error_at_zero
# A temperature that is too low is raised quietly to a tiny one.


def apply_temperature(scores, temperature):
    return scores / max(temperature, 1e-5)
