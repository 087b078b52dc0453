# wrong: no_error_at_zero
# Division by zero is taken to be an error in torch.


def apply_temperature(scores, temperature):
    return scores / temperature
