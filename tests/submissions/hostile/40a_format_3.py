"""The notebook in format 3, with worksheets and `input`. It is upgraded, and nothing is lost."""

from tests.hostile import FILE, HandIn, as_bytes

LOSES: set[str] = set()
PROBLEMS = {"old_format"}


def files():
    cells = []
    for cell in HandIn().document()["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        if cell["cell_type"] == "code":
            old |= {
                "input": cell["source"],
                "language": "python",
                "outputs": [],
                "collapsed": False,
            }
        else:
            old["source"] = cell["source"]
        cells.append(old)
    sheet = {"cells": cells, "metadata": {}}
    document = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]}
    return {FILE: as_bytes(document)}
