"""Writes 300 MB in a solution cell and leaves them to the end of the process. The answer is a stub and gets 0, the others lose nothing."""

from tests.hostile import HandIn, stub

LOSES = {"greedy_generate"}

CELL = """
import tempfile

full = tempfile.TemporaryFile(dir=".")
for _ in range(300):
    full.write(b"x" * 1024**2)
full.flush()
"""


def files():
    return HandIn().answer("greedy_generate", f"{stub('greedy_generate')}\n\n\n{CELL}").files()
