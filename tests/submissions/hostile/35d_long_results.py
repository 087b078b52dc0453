"""Results far beyond any cap: 200 MB of text, ten million items, an exception with a text of 100 MB. Each costs its own exercise."""

from tests.hostile import HandIn

LOSES = {"infer", "fit_to_budget", "left_pad"}

INFER = """
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    text = "x" * 200_000_000
    return {"text": text, "prompt_tokens": 1, "completion_tokens": 1, "finish_reason": "stop"}
"""
FIT = """
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    return [{}] * 10_000_000
"""
PAD = """
def left_pad(sequences, pad_token_id):
    raise ValueError("x" * 100_000_000)
"""


def files():
    return (
        HandIn().answer("infer", INFER).answer("fit_to_budget", FIT).answer("left_pad", PAD).files()
    )
