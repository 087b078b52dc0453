"""Two notebooks, neither with the right name, the newer one solved. The newest is taken and flagged: nothing is lost."""

import nbformat

from tests.hostile import HandIn, assignment
from tests.notebooks import released

LOSES: set[str] = set()
PROBLEMS = {"several_notebooks"}


def files():
    return {
        "Untitled.ipynb": nbformat.writes(released(assignment())).encode(),
        "final FINAL.ipynb": HandIn().to_bytes(),
    }
