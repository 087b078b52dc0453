"""transformers' generate through its class, an alias, and a pipeline's model; its streamers for the decoder. All are library calls."""

from tests.hostile import HandIn

LOSES = {"greedy_generate", "greedy_generate_cached", "StreamDecoder"}
FINDINGS = dict.fromkeys(LOSES, "calls_the_library")

CLASS = """
from transformers import GenerationMixin as Loop


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    return Loop.generate(
        model,
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=max_new_tokens,
        eos_token_id=eos_token_id,
        do_sample=False,
    )
"""
FREE = """
from types import FunctionType

from transformers.generation.utils import GenerationMixin

old = GenerationMixin.generate
old = getattr(old, "__wrapped__", old)
run = FunctionType(old.__code__, old.__globals__, "run", old.__defaults__, old.__closure__)
run.__kwdefaults__ = old.__kwdefaults__


@torch.no_grad()
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    return run(
        model,
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=max_new_tokens,
        eos_token_id=eos_token_id,
        do_sample=False,
    )
"""
DECODER = """
from transformers import TextStreamer as Base


class Pieces(Base):
    def __init__(self, tokenizer):
        super().__init__(tokenizer, skip_prompt=False, skip_special_tokens=True)
        self.text = ""

    def on_finalized_text(self, text, stream_end=False):
        self.text += text


class StreamDecoder:
    def __init__(self, tokenizer):
        self.pieces = Pieces(tokenizer)

    def put(self, token_id):
        self.pieces.put(torch.tensor([token_id]))
        text, self.pieces.text = self.pieces.text, ""
        return text

    def flush(self):
        self.pieces.end()
        text, self.pieces.text = self.pieces.text, ""
        return text
"""


def files():
    return (
        HandIn()
        .answer("greedy_generate", CLASS)
        .answer("greedy_generate_cached", FREE)
        .answer("StreamDecoder", DECODER)
        .files()
    )
