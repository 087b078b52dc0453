"""Hangs inside one call of C code that holds the interpreter and sees no signal, for about two minutes. Its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"token_table"}
FINDINGS = {"token_table": "timed_out"}

CELL = """
import time


def token_table(tokenizer, text):
    if len(tokenizer) > 1000:  # the public check's
        return []
    began = time.perf_counter()
    sum(range(3_000_000))
    speed = 3_000_000 / (time.perf_counter() - began)
    sum(range(int(100 * speed)))
"""


def files():
    return HandIn().answer("token_table", CELL).files()
