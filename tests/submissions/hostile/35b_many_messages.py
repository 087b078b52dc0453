"""Sends a million display messages, or as many as ten seconds allow, on all channels. Output is cut, never marked: nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
import sys
import time

from IPython.display import clear_output, display

until = time.monotonic() + 10
handle = display("0", display_id=True)
for number in range(1_000_000):
    display(str(number))
    print(number, file=sys.stderr, flush=True)
    handle.update(str(number))
    clear_output(wait=True)
    if time.monotonic() > until:
        break
"""


def files():
    return HandIn().before("token_table", CELL).files()
