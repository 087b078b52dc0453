# wrong: calls_the_library
# transformers' own warpers inside.
from transformers import LogitsProcessor, TemperatureLogitsWarper, TopPLogitsWarper


class SamplerProcessor(LogitsProcessor):
    def __init__(self, temperature, top_p):
        self.steps = [
            TemperatureLogitsWarper(float(temperature)),
            TopPLogitsWarper(float(top_p)),
        ]

    def __call__(self, input_ids, scores):
        for step in self.steps:
            scores = step(input_ids, scores)
        return scores
