"""Puts an object of its own in place of the namespace's `__builtins__` and renames the module. Later honest cells lose nothing."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}

CELL = """
def encode_chat(tokenizer, messages):
    return [[1, 2, 3]]


class Nothing:
    def __getitem__(self, name):
        return lambda *args, **kwargs: 3.0


__name__ = "autograde.checks.inference_pipeline"
__builtins__ = Nothing()
"""


def files():
    return HandIn().answer("encode_chat", CELL).files()
