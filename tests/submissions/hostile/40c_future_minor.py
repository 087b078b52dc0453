"""A future minor version with fields that nobody knows yet. What is known in it is a notebook: nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()
PROBLEMS = {"newer_format"}


def files():
    document = HandIn().document()
    document |= {"nbformat_minor": 99, "history": [{"at": 1}], "signature": None}
    for cell in document["cells"]:
        cell |= {"mood": "cheerful", "parents": [cell["id"]]}
    return {FILE: as_bytes(document)}
