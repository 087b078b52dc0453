"""The notebook that `autograde grade` keeps of each student, read through an allow-list.

Its skeleton is the release's; sources and outputs are the student's, and may hold anything.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograde.gradebook import ClassFolder


@dataclass(frozen=True)
class Cell:
    """A cell as it was judged.

    kind: "code" or "text". theirs: whether the student wrote its source. outputs: as nbformat has them, not to be trusted.
    seconds: what the check of a test cell took, calls of the student's code included.
    """

    kind: str
    grade_id: str
    theirs: bool
    source: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float | None = None


def judged_cells(output: Path, student: str, notebook: str) -> list[Cell]:
    """The cells of a student's judged notebook; none where the file is gone. Of a test cell, nothing but its seconds."""
    path = ClassFolder(output).autograded(student, notebook)
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return []
    return [_cell(cell) for cell in cells]


def _cell(cell: dict[str, Any]) -> Cell:
    marked = cell["metadata"].get("nbgrader", {})
    known = cell["metadata"].get("next_token", {})
    grade_id = marked.get("grade_id", "")
    kind = "code" if cell["cell_type"] == "code" else "text"
    if marked.get("grade") and not marked.get("solution"):
        return Cell(kind, grade_id, False, "", seconds=known.get("seconds"))
    theirs = known.get("origin") in ("changed", "student")
    return Cell(kind, grade_id, theirs, joined(cell["source"]), cell.get("outputs", []))


def joined(text: object) -> str:
    """nbformat keeps a text as one string or as a list of lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
