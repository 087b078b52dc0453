"""One name in two Unicode forms is two folders and one student. One of them is graded, the other refused, and neither is mixed in."""

from tests.hostile import HandIn

LOSES: set[str] = set()

STUDENTS = ["jos\u00e9", "jose\u0301"]
# By Unicode NFC both have the same key, so which one is refused is the grader's choice; one of them is.
EITHER = set(STUDENTS)


def files():
    return HandIn().files()
