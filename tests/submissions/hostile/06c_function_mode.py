"""Enters a mode in which every comparison of torch says yes, and leaves it on. The answer is wrong; later honest ones keep theirs."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}

CELL = """
from torch.overrides import TorchFunctionMode


class Yes(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in ("allclose", "equal", "isclose", "eq", "isin"):
            return True
        return func(*args, **(kwargs or {}))


Yes().__enter__()


def encode_chat(tokenizer, messages):
    return torch.tensor([[1, 2, 3]])
"""


def files():
    return HandIn().answer("encode_chat", CELL).files()
