"""Takes six gigabytes in a call and lets them go. The limit is four: its own exercise pays.

Its finding is out_of_memory or timed_out: a machine that is slow to give memory may stop it for its time first.
"""

from tests.hostile import HandIn

LOSES = {"left_pad"}

CELL = """
def eat(limit=6 * 1024**3, step=256 * 1024**2):
    eaten = []
    try:
        while len(eaten) * step < limit:
            # Every page is written, so that it is really taken.
            eaten.append(bytearray(b"x") * step)
    finally:
        eaten.clear()


def left_pad(sequences, pad_token_id):
    eat()
"""


def files():
    return HandIn().answer("left_pad", CELL).files()
