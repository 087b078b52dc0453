"""Forks the kernel itself in a cell of its own: for eight seconds two processes answer on the same channels. Nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
import os
import threading
import time


def end():
    time.sleep(8)
    os._exit(0)


if os.fork() == 0:
    threading.Thread(target=end, daemon=True).start()
"""


def files():
    return HandIn().before("left_pad", CELL).files()
