# wrong: calls_the_library
# A library warper is extended.
from transformers import TopPLogitsWarper


class SamplerProcessor(TopPLogitsWarper):
    def __init__(self, temperature, top_p):
        super().__init__(float(top_p))
        self.temperature = temperature

    def __call__(self, input_ids, scores):
        return super().__call__(input_ids, scores / self.temperature)
