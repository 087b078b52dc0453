"""Takes six gigabytes in a solution cell, below its function, and lets them go. Beyond the limit, only this exercise pays."""

from tests.hostile import HandIn

LOSES = {"next_token_loss"}

CELL = """
def next_token_loss(logits, labels):
    return torch.tensor(0.0)


def eat(limit=6 * 1024**3, step=256 * 1024**2):
    eaten = []
    try:
        while len(eaten) * step < limit:
            # Every page is written, so that it is really taken.
            eaten.append(bytearray(b"x") * step)
    finally:
        eaten.clear()


eat()
"""


def files():
    return HandIn().answer("next_token_loss", CELL).files()
