"""Takes six gigabytes in a cell of the student's own. No exercise lives there, so nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
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
    return HandIn().before("greedy_generate", CELL).files()
