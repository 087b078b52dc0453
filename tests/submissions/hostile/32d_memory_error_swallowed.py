"""Eats memory again and again, catches what comes of it and answers wrongly. Whether it dies of it or not, only its exercise pays."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob"}

CELL = """
def eat(limit=6 * 1024**3, step=256 * 1024**2):
    eaten = []
    try:
        while len(eaten) * step < limit:
            # Every page is written, so that it is really taken.
            eaten.append(bytearray(b"x") * step)
    finally:
        eaten.clear()


def sequence_logprob(model, input_ids, prompt_length):
    for _ in range(2):
        try:
            eat()
        except MemoryError:
            pass
    return torch.zeros(len(input_ids))
"""


def files():
    return HandIn().answer("sequence_logprob", CELL).files()
