# right: multiplies by 1/T, which rounds differently in the last bit
def apply_temperature(scores, temperature):
    if temperature > 0:
        return scores * (1.0 / temperature)
    raise ValueError("only positive temperatures make a distribution")
