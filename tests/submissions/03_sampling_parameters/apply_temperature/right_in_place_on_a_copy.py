# right: div_ on a clone
def apply_temperature(scores, temperature):
    if temperature <= 0.0:
        raise ValueError("temperature <= 0")
    out = scores.clone()
    out.div_(temperature)
    return out
