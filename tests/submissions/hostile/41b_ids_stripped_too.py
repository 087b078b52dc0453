"""Metadata and ids are gone, as after a round through another tool. The cells are recognised by what they hold: nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()
PROBLEMS = {"metadata_stripped"}


def files():
    document = HandIn().document()
    document |= {"metadata": {}, "nbformat_minor": 4}
    for cell in document["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    return {FILE: as_bytes(document)}
