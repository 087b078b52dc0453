"""A file without a byte in it. Not a notebook: failed."""

from tests.hostile import FILE, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: b""}
