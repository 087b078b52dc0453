"""NUL bytes after the end, as a disk leaves them after a crash, and escaped ones in a cell of the student's own. Nothing is lost."""

from tests.hostile import FILE, HandIn

LOSES: set[str] = set()
PROBLEMS = {"nul_bytes"}


def files():
    whole = HandIn().before("left_pad", "print('a\0b')").to_bytes()
    return {FILE: whole + bytes(4096)}
