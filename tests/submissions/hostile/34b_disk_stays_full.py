"""Fills its folders in a cell of its own, with large files and many small ones, and leaves them full. The later answers lose nothing."""

from tests.hostile import HandIn

LOSES: set[str] = set()

CELL = """
import os
import tempfile

block, files = b"x" * 1024**2, []
for folder in (os.getcwd(), tempfile.gettempdir(), "/dev/shm"):
    try:
        # Held open, so that it goes with the process, whatever ends that.
        file = tempfile.TemporaryFile(dir=folder)
        files.append(file)
        for _ in range(100):
            file.write(block)
        file.flush()
    except OSError as error:
        print(error)
with tempfile.TemporaryDirectory() as folder:
    try:
        for number in range(5_000):
            open(os.path.join(folder, str(number)), "x").close()
    except OSError as error:
        print(error)
"""


def files():
    return HandIn().before("token_table", CELL).files()
