"""Format 4.0, in which cells have no ids. It is upgraded, and nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()


def files():
    document = HandIn().document()
    document["nbformat_minor"] = 0
    for cell in document["cells"]:
        del cell["id"]
    return {FILE: as_bytes(document)}
