"""Returns a float and a dict of own classes that compare as they like. Exact types only: the wrong type."""

from tests.hostile import HandIn

LOSES = {"next_token_loss", "infer"}
FINDINGS = {"next_token_loss": "wrong_type", "infer": "wrong_type"}

LOSS = """
class Any(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __abs__ = lambda self, *_: 0.0
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = float.__hash__


def next_token_loss(logits, labels):
    return Any(0.0)
"""
INFER = """
class Answers(dict):
    def __missing__(self, key):
        return "stop"

    def __contains__(self, key):
        return True

    def __eq__(self, other):
        return True

    def keys(self):
        return ["text", "prompt_tokens", "completion_tokens", "finish_reason"]


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    return Answers()
"""


def files():
    return HandIn().answer("next_token_loss", LOSS).answer("infer", INFER).files()
