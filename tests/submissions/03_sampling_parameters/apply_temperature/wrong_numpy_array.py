# wrong: wrong_type
# A numpy array is taken to be as good as a tensor.


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return scores.double().numpy() / temperature
