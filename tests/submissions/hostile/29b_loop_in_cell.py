"""A loop that does not end (here: for two minutes) in a solution cell, before its function. Only this exercise pays."""

from tests.hostile import HandIn, honest

LOSES = {"encode_chat"}

CELL = """
import time

until = time.monotonic() + 120
while time.monotonic() < until:
    pass
# Whoever waited for it to end gets nothing for it.
raise TimeoutError("two minutes are over")
"""


def files():
    return HandIn().answer("encode_chat", f"{CELL}\n\n{honest('encode_chat')}").files()
