"""Notebooks as students hand them in, made from the release."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograde.bank import grade_id, solutions
from autograde.syllabus import Notebook


def released(notebook: Notebook) -> NotebookNode:
    """The notebook as students get it, nothing solved."""
    return nbformat.read(notebook.released, as_version=4)


def with_answers(notebook: Notebook, answers: dict[str, str]) -> NotebookNode:
    """The release with these sources in the exercises' cells."""
    nb = released(notebook)
    for cell in nb.cells:
        if grade_id(cell) in answers:
            cell.source = answers[grade_id(cell)]
    return nb


def solved(notebook: Notebook) -> NotebookNode:
    return with_answers(notebook, solutions(notebook))


def hand_in(folder: Path, student: str, nb: NotebookNode, name: str) -> None:
    """Put a notebook where `autograde grade`, run in `folder`, looks for it."""
    path = folder / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)


def without_exploration(nb: NotebookNode) -> NotebookNode:
    """The same with only the cells that marks depend on: for tests that need no model."""
    keep = "import torch"
    nb.cells = [
        cell
        for cell in nb.cells
        if keep in cell.source or (grade_id(cell) and not grade_id(cell).startswith("try_"))
    ]
    for cell in nb.cells:
        if keep in cell.source:
            cell.source = keep
    return nb


def nbgrader(*arguments: str, cwd) -> str:
    """Run one of nbgrader's own commands as in an activated environment; returns what it said."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
