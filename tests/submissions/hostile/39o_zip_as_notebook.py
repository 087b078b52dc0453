"""A zip archive under the notebook's name. Not a notebook, and not unpacked in its place: failed."""

import io
import zipfile

from tests.hostile import FILE, HandIn, every_exercise

LOSES = every_exercise()
STATUS = "failed"


def files():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr(FILE, HandIn().to_bytes())
    return {FILE: packed.getvalue()}
