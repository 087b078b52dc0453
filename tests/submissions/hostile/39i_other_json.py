"""JSON, and no notebook: a list of the cells without anything around it. Failed."""

from tests.hostile import FILE, HandIn, as_bytes, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    return {FILE: as_bytes(HandIn().document()["cells"])}
