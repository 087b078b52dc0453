"""A file of 33 MB, filled up with an output. More than a notebook may have: failed, and never read into anything."""

from tests.hostile import FILE, HandIn, as_bytes, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    document = HandIn().document()
    text = "x" * 33 * 2**20
    output = {"output_type": "stream", "name": "stdout", "text": text}
    next(c for c in document["cells"] if c["cell_type"] == "code")["outputs"] = [output]
    return {FILE: as_bytes(document)}
