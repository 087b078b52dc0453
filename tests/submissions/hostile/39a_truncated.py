"""The file ends in the middle, as after a broken upload. No notebook can be read: failed, with a sentence for the instructor."""

from tests.hostile import FILE, HandIn, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    whole = HandIn().to_bytes()
    return {FILE: whole[: len(whole) * 2 // 3]}
