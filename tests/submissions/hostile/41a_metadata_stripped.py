"""All metadata of the notebook and of the cells are gone, the ids are left. The cells are recognised: nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()
PROBLEMS = {"metadata_stripped"}


def files():
    document = HandIn().document()
    document["metadata"] = {}
    for cell in document["cells"]:
        cell["metadata"] = {}
    return {FILE: as_bytes(document)}
