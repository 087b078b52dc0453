"""A loop that does not end (here: for two minutes) whenever the function is called, the public check included. Its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"left_pad"}
FINDINGS = {"left_pad": "timed_out"}

CELL = """
import time


def left_pad(sequences, pad_token_id):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        pass
"""


def files():
    return HandIn().answer("left_pad", CELL).files()
