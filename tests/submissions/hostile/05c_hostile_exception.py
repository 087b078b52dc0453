"""Raises an exception whose text, name and attributes are traps: it must cross as a name and a text, and costs its exercise only."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob", "left_pad"}

CELL = """
class Trap(Exception):
    def __str__(self):
        raise SystemExit("while its text was asked for")

    __repr__ = __str__

    def __getattribute__(self, name):
        if name in ("__traceback__", "__cause__", "__context__", "args"):
            raise RuntimeError("no")
        return super().__getattribute__(name)


def sequence_logprob(model, input_ids, prompt_length):
    raise Trap()
"""
PAD = """
class LongName(type):
    def mro(cls):
        return [cls, Exception, BaseException, object]


def left_pad(sequences, pad_token_id):
    name = "Found<b>\\ud800\\x1b[31m" + "x" * 1_000_000
    kind = LongName(name.replace("\\ud800", "\\ufffd"), (Exception,), {})
    raise kind("text " * 1_000_000) from ExceptionGroup("many", [ValueError(n) for n in range(9_999)])
"""


def files():
    return HandIn().answer("sequence_logprob", CELL).answer("left_pad", PAD).files()
