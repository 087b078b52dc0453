"""Forks 280 children in a call, which hold on to everything that is open and end after eight seconds. Its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"left_pad"}

CELL = """
def forks(count=280, seconds=8):
    import os
    import time

    children = []
    try:
        for _ in range(count):
            child = os.fork()
            if child == 0:
                time.sleep(seconds)
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.waitpid(child, 0)


def left_pad(sequences, pad_token_id):
    forks()
"""


def files():
    return HandIn().answer("left_pad", CELL).files()
