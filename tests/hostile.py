"""The hostile corpus in tests/submissions/hostile/: hand-ins that cheat, break out, break down or are broken.

Every fixture is a module that says what a folder of a student's holds and which exercises lose their marks for it.
Everything else in its notebook is solved, so all other exercises must get full marks. Each fixture is bounded: it ends
by itself, gives back what it takes and only reads what is not its own, even where nothing isolates it.
"""

import copy
import importlib.util
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograde.bank import SUBMISSIONS, grade_id, solutions
from autograde.syllabus import Notebook, syllabus
from tests import notebooks

HOSTILE = SUBMISSIONS / "hostile"
ASSIGNMENT = "01_inference_pipeline"
FILE = f"{ASSIGNMENT}.ipynb"

# --- what lies in a hand-in folder, besides bytes


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Fifo:
    """A named pipe that nobody writes to."""


@dataclass(frozen=True)
class Folder:
    """A folder with files of its own."""

    files: dict[str, object] = field(default_factory=dict)


# --- fixtures


@dataclass(frozen=True)
class Fixture:
    """One hand-in and the mark it deserves."""

    number: int  # the kind, 1 to 50
    name: str
    about: str
    # name -> bytes, Link, Fifo or Folder; the newest file last
    files: Callable[[], dict[str, object]]
    loses: set[str]  # these exercises get 0, all others full marks
    status: str = "graded"
    problems: set[str] = field(default_factory=set)  # codes that must at least be reported
    findings: dict[str, str] = field(default_factory=dict)  # exercise -> finding id
    archive: Callable[[], bytes] | None = None  # the same as a file that is uploaded
    students: list[str] = field(default_factory=list)  # names of folders to hand it in under
    refused: set[str] = field(default_factory=set)  # those of them that must be refused
    either: set[str] = field(default_factory=set)  # those that may be graded or refused


def load_corpus() -> list[Fixture]:
    """All fixtures, in the order of their names."""
    return [_load(path) for path in sorted(HOSTILE.glob("[0-9][0-9]*_*.py"))]


def _load(path: Path) -> Fixture:
    spec = importlib.util.spec_from_file_location(f"hostile_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def given(name: str, default):
        return getattr(module, name, default)

    return Fixture(
        number=int(path.stem[:2]),
        name=path.stem,
        about=(module.__doc__ or "").strip(),
        files=module.files,
        loses=module.LOSES,
        status=given("STATUS", "graded"),
        problems=given("PROBLEMS", set()),
        findings=given("FINDINGS", {}),
        archive=given("archive", None),
        students=given("STUDENTS", []),
        refused=given("REFUSED", set()),
        either=given("EITHER", set()),
    )


def write(fixture: Fixture, folder: Path) -> None:
    """Put the fixture's files into `folder`, which is `submitted/<student>/01_inference_pipeline`."""
    _write(fixture.files(), folder)


def _write(files: dict[str, object], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for age, (name, content) in enumerate(files.items()):
        path = folder / name
        match content:
            case bytes():
                path.write_bytes(content)
                # A minute apart, so that there is a newest one.
                os.utime(path, (1_700_000_000 + 60 * age,) * 2)
            case Link(target):
                path.symlink_to(target)
            case Fifo():
                os.mkfifo(path)
            case Folder(inside):
                _write(inside, path)
            case _:
                raise TypeError(f"{type(content).__name__} cannot lie in a folder")


# --- notebooks


def assignment() -> Notebook:
    return syllabus().notebook(ASSIGNMENT)


def every_exercise() -> set[str]:
    return set(assignment().exercises)


@cache
def _answers() -> dict[str, str]:
    """Exercise -> its reference solution as a student would have typed it."""
    return {
        exercise: re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", source, flags=re.MULTILINE).rstrip()
        for exercise, source in solutions(assignment()).items()
    }


@cache
def _solved() -> NotebookNode:
    return notebooks.with_answers(assignment(), _answers())


def solved() -> NotebookNode:
    """A copy of the release with every exercise solved."""
    return copy.deepcopy(_solved())


def honest(exercise: str) -> str:
    """The source of a right answer."""
    return _answers()[exercise]


def stub(exercise: str) -> str:
    """The source of the cell as released, nothing written."""
    cells = notebooks.released(assignment()).cells
    return next(cell.source for cell in cells if grade_id(cell) == exercise)


class HandIn:
    """The solved notebook, and changes to it. Each change returns the hand-in, so that they chain."""

    def __init__(self):
        self.notebook = solved()

    @property
    def cells(self) -> list[NotebookNode]:
        return self.notebook.cells

    def cell(self, name: str) -> NotebookNode:
        """The cell with this grade id."""
        return self.cells[self._place(name)]

    def answer(self, exercise: str, source: str) -> "HandIn":
        """This source in place of a solution."""
        self.cell(exercise).source = source.strip("\n")
        return self

    def before(self, name: str, source: str, kind: str = "code") -> "HandIn":
        """A cell of the student's own before the cell with this grade id."""
        self._insert(self._place(name), source, kind)
        return self

    def after(self, name: str, source: str, kind: str = "code") -> "HandIn":
        self._insert(self._place(name) + 1, source, kind)
        return self

    def last(self, source: str, kind: str = "code") -> "HandIn":
        self._insert(len(self.cells), source, kind)
        return self

    def delete(self, name: str) -> "HandIn":
        del self.cells[self._place(name)]
        return self

    def metadata(self, name: str, **changes: object) -> "HandIn":
        """Other values in what nbgrader keeps in a cell's metadata."""
        self.cell(name).metadata["nbgrader"].update(changes)
        return self

    def document(self) -> dict:
        """The notebook as JSON, for changes that no notebook tool would make."""
        return json.loads(nbformat.writes(self.notebook))

    def to_bytes(self) -> bytes:
        return as_bytes(self.document())

    def files(self) -> dict[str, object]:
        """A folder with nothing but this notebook."""
        return {FILE: self.to_bytes()}

    def _insert(self, place: int, source: str, kind: str) -> None:
        new = own_cell(source, kind)
        new.id = f"own-{len(self.cells):03d}"
        self.cells.insert(place, new)

    def _place(self, name: str) -> int:
        return next(index for index, cell in enumerate(self.cells) if grade_id(cell) == name)


def own_cell(source: str, kind: str = "code") -> NotebookNode:
    new = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[kind]
    return new(source.strip("\n"))


def as_bytes(document: object) -> bytes:
    return json.dumps(document, indent=1).encode()


# --- what fixtures find out

# The first lines of a cell that looks for what it should not see: it prints LEAK, <<, what it found and >>.
# The mark is put together, so that no source and no traceback holds it.
REPORT = """
def report(found):
    found = "; ".join(sorted(set(map(str, found))))
    print("LEAK" + "<<" + found[:2000] + ">>")
"""


def leaks(text: str) -> list[str]:
    """What a fixture reported to have found, in any output or message; nothing where it found nothing."""
    return [found for found in re.findall(r"LEAK<<(.*?)>>", text, flags=re.DOTALL) if found.strip()]
