"""Fields of the wrong types: sources as lists of lines, metadata null, outputs a text, a version as a text. Nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()


def files():
    document = HandIn().document()
    document |= {"nbformat": "4", "metadata": []}
    for number, cell in enumerate(document["cells"]):
        if isinstance(cell["source"], str) and number % 2:
            cell["source"] = cell["source"].splitlines(keepends=True)
        if "nbgrader" not in cell["metadata"]:
            cell["metadata"] = [None, "none", [], 0][number % 4]
        if cell["cell_type"] == "code":
            cell["outputs"] = ["none", None, [[]], [{"output_type": 7}]][number % 4]
            cell["execution_count"] = "many"
    # Cells that are no cells, between the others.
    document["cells"][10:10] = [None, "cell", [], {}, {"cell_type": "poem", "source": "roses"}, 3]
    return {FILE: as_bytes(document)}
