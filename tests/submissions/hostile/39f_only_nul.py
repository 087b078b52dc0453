"""A file of the right size that holds nothing but NUL bytes. No notebook can be read: failed."""

from tests.hostile import FILE, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: bytes(100_000)}
