# wrong: survivors_changed
# The row's maximum is taken out "for stability" and not put back.


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return (scores - scores.amax(dim=-1, keepdim=True)) / temperature
