"""A folder has the notebook's name, and a pipe another notebook's. Neither is opened, and nobody waits for the pipe: failed."""

from tests.hostile import FILE, Fifo, Folder, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: Folder({"readme.txt": b"hello"}), "notebook.ipynb": Fifo()}
