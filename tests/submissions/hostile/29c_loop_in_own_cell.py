"""A loop that does not end (here: for two minutes) in a cell of the student's own. No exercise lives there, so nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
import time

until = time.monotonic() + 120
while time.monotonic() < until:
    pass
"""


def files():
    return HandIn().before("greedy_generate_cached", CELL).files()
