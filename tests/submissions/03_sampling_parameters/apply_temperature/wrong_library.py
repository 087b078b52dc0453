# wrong: calls_the_library
# transformers' own warper does the work.
from transformers import TemperatureLogitsWarper


def apply_temperature(scores, temperature):
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    return TemperatureLogitsWarper(float(temperature))(None, scores)
