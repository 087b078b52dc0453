"""From a walkthrough to what students get, by nbgrader's own generate_assignment."""

import ast
import hashlib
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config

from autograde.syllabus import Notebook, syllabus

SOLUTION_ONLY = "<!-- solution notebook only -->"


class NameTheStub(ClearSolutions):
    """Clears a solution and leaves a stub that names its exercise: `None` for a variable, an error for a function."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "code" and name:
            self.code_stub = {"python": stub(name, cell.source)}
        return super().preprocess_cell(cell, resources, index)


def stub(name: str, source: str) -> str:
    """What replaces the solution of exercise `name` in a cell of this source."""
    defined = {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    if name in defined:
        return f'raise NotImplementedError("exercise {name}: your code goes here")'
    return f"{name} = None  # exercise {name}: your answer goes here"


class KeepForSolution(NbGraderPreprocessor):
    """Drops the cells that only the solution notebook has."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple:
        nb.cells = [cell for cell in nb.cells if SOLUTION_ONLY not in cell.source]
        return nb, resources


class StampRelease(NbGraderPreprocessor):
    """Names the release by its content, so that a learner's copy can be told from a newer one, and lists its marked cells."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple:
        nb.metadata.pop("widgets", None)
        content = "\0".join(f"{cell.cell_type}\0{cell.source}" for cell in nb.cells)
        release = hashlib.sha256(content.encode()).hexdigest()[:12]
        ids = [cell.metadata.nbgrader.grade_id for cell in nb.cells if "nbgrader" in cell.metadata]
        nb.metadata["next_token"] = {"release": release, "cells": ids}
        return nb, resources


def find_alembic() -> None:
    """Make a new gradebook possible where the environment is not activated.

    nbgrader runs alembic by name for it. Formgrader, where that fails, says "Loading" for ever.
    """
    if shutil.which("alembic") is None:
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def configure(config: Config) -> Config:
    """nbgrader's configuration for this course; `nbgrader_config.py` hands it to nbgrader's own commands."""
    find_alembic()
    course = config.CourseDirectory
    course.source_directory = "solutions"
    course.release_directory = "course"
    # nbgrader copies whatever else lies in a source folder: nothing with a solution in it may pass.
    course.ignore = ["*.py", "*.pyc", "__pycache__", ".ipynb_checkpoints", "feedback"]
    names = list(GenerateAssignment.preprocessors.default_args[0])
    names[names.index(ClearSolutions)] = NameTheStub
    config.GenerateAssignment.preprocessors = [KeepForSolution, *names, StampRelease]
    # Test cells are empty in a release: it is the public checks that `nbgrader validate` has to look at.
    config.Validator.validate_all = True
    # A cell may load a model, and on a small machine take longer than nbgrader's 30 seconds.
    config.ExecutePreprocessor.timeout = 600
    # Without the wait of a second for each kernel to end.
    config.ExecutePreprocessor.shutdown_kernel = "immediate"
    policy = syllabus().late_policy
    if policy in ("none", "zero"):
        config.LateSubmissionPlugin.penalty_method = policy
    else:
        config.AssignLatePenalties.plugin_class = policy
    # Widget state as Colab leaves it breaks generate_feedback otherwise.
    config.ClearMetadataPreprocessor.enabled = True
    config.ClearMetadataPreprocessor.clear_cell_metadata = False
    return config


def _generate(notebook: Notebook, root: Path) -> Path:
    """Run generate_assignment on a fresh build under `root`; returns the folder of the release."""
    from autograde.build import read_source, write

    source = root / "solutions" / notebook.folder
    shutil.copytree(
        notebook.source.parent,
        source,
        ignore=shutil.ignore_patterns("*.py", "*.ipynb", ".ipynb_checkpoints"),
    )
    write(read_source(notebook), source / f"{notebook.folder}.ipynb")
    config = configure(Config())
    config.SaveCells.enabled = False
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = notebook.folder
    logger = logging.getLogger("autograde.release")
    logger.setLevel(logging.ERROR)
    GenerateAssignment(
        coursedir=CourseDirectory(config=config),
        config=config,
        no_database=True,
        log=logger,
    ).start()
    return root / "course" / notebook.folder


def release_text(notebook: Notebook) -> str:
    """The text of the released notebook as it should be."""
    with tempfile.TemporaryDirectory() as root:
        folder = _generate(notebook, Path(root))
        return (folder / f"{notebook.folder}.ipynb").read_text(encoding="utf-8")


def release(notebook: Notebook) -> Path:
    """Write the notebook's folder in course/ anew; returns the released notebook."""
    target = notebook.released.parent
    with tempfile.TemporaryDirectory() as root:
        folder = _generate(notebook, Path(root))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)
    return notebook.released
