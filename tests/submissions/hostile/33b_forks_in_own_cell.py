"""Forks 280 children in a cell of the student's own and does not wait for them. Nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
import os
import time

try:
    for _ in range(280):
        if os.fork() == 0:
            time.sleep(8)
            os._exit(0)
except OSError as error:
    print(error)
"""


def files():
    return HandIn().before("sequence_logprob", CELL).files()
