"""Wraps the lent model in a model of its own and calls that one's generate. The loop was still to be built: 0."""

from tests.hostile import HandIn

LOSES = {"greedy_generate_cached"}
FINDINGS = {"greedy_generate_cached": "calls_the_library"}

CELL = """
from transformers import GenerationConfig, GenerationMixin, PreTrainedModel


class Wrapper(PreTrainedModel, GenerationMixin):
    config_class = transformers.PreTrainedConfig
    _supports_sdpa = True

    def __init__(self, model):
        super().__init__(model.config)
        self.inner = model
        pad = model.generation_config.pad_token_id
        self.generation_config = GenerationConfig(pad_token_id=pad)

    def forward(self, input_ids, past_key_values=None, use_cache=None, **ignored):
        return self.inner(input_ids, past_key_values=past_key_values, use_cache=True)


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    ends = [eos_token_id] if isinstance(eos_token_id, int) else eos_token_id
    wrapper = Wrapper(model)
    if wrapper.generation_config.pad_token_id is None and ends:
        wrapper.generation_config.pad_token_id = ends[0]
    return wrapper.generate(
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=max_new_tokens,
        eos_token_id=ends,
        do_sample=False,
    )
"""


def files():
    return HandIn().answer("greedy_generate_cached", CELL).files()
