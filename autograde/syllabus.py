"""course.toml, read once: the notebooks in order, their exercises and points."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class UnknownNotebook(ValueError):
    """A notebook that course.toml does not name."""


class BadSyllabus(ValueError):
    """course.toml says something that cannot be meant. The message is one sentence that says what to write."""


@dataclass(frozen=True)
class Notebook:
    folder: str  # "01_inference_pipeline", also the stem of its files
    title: str
    minutes: int
    points: dict[str, int]  # exercise -> points, in the order of the notebook
    bonus: dict[str, int]  # stretch exercise -> bonus points, likewise
    due: datetime | None = None  # with its time zone
    extensions: dict[str, datetime] = field(default_factory=dict)  # student -> their own deadline

    def deadline(self, student: str) -> datetime | None:
        """When this student's hand-in is due, with its time zone; None where there is no deadline."""
        return self.extensions.get(student, self.due)

    @property
    def exercises(self) -> dict[str, int]:
        """All exercises with their points, the stretch ones last."""
        return self.points | self.bonus

    @property
    def module(self) -> str:
        """The notebook's name without its number: the name of its module in autograde/checks/."""
        return self.folder.split("_", 1)[1]

    @property
    def source(self) -> Path:
        return ROOT / "solutions" / self.folder / f"{self.folder}.py"

    @property
    def walkthrough(self) -> Path:
        return self.source.with_suffix(".ipynb")

    @property
    def released(self) -> Path:
        return ROOT / "course" / self.folder / f"{self.folder}.ipynb"


@dataclass(frozen=True)
class Syllabus:
    title: str
    default_model: str
    repository: str  # "owner/name" on GitHub, for badges
    branch: str
    notebooks: tuple[Notebook, ...]
    limits: dict[str, Any]  # what a notebook may use: fields of autograde.sandbox.Limits
    late_policy: str = "none"  # "none", "zero", or the dotted name of an nbgrader plugin

    def notebook(self, name: str | Path) -> Notebook:
        """The notebook meant by a folder name, or by a path to a file or folder of that name."""
        path = Path(name)
        known = {notebook.folder: notebook for notebook in self.notebooks}
        for candidate in (path.stem, path.name, path.parent.name):
            if candidate in known:
                return known[candidate]
        raise UnknownNotebook(
            f"course.toml has no notebook {str(name)!r}; it has: {', '.join(known)}"
        )

    def select(self, names: list[str]) -> list[Notebook]:
        """The notebooks named, or all of them."""
        return [self.notebook(name) for name in names] or list(self.notebooks)

    def exercise(self, name: str) -> Notebook:
        """The notebook that an exercise belongs to."""
        for notebook in self.notebooks:
            if name in notebook.exercises:
                return notebook
        raise KeyError(f"course.toml has no exercise {name!r}")


@cache
def syllabus() -> Syllabus:
    """The syllabus of this clone. Raises BadSyllabus where a date in it has no time zone."""
    data = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
    notebooks = tuple(
        Notebook(
            entry["folder"],
            entry["title"],
            entry["minutes"],
            entry["points"],
            entry.get("bonus", {}),
            *_deadlines(entry),
        )
        for entry in data["notebook"]
    )
    course = data["course"]
    return Syllabus(
        course["title"],
        course["default_model"],
        course["repository"],
        course["branch"],
        notebooks,
        data.get("limits", {}),
        course.get("late_policy", "none"),
    )


def _deadlines(entry: dict[str, Any]) -> tuple[datetime | None, dict[str, datetime]]:
    """`due` and `extensions` of a notebook in course.toml."""
    folder, due, extensions = entry["folder"], entry.get("due"), entry.get("extensions", {})
    if extensions and due is None:
        raise BadSyllabus(f"course.toml: {folder} has extensions and no `due` that they extend")
    dates = {f"`due` of {folder}": due} if due is not None else {}
    dates |= {
        f"the extension of {student} in {folder}": date for student, date in extensions.items()
    }
    for what, date in dates.items():
        if not isinstance(date, datetime) or date.tzinfo is None:
            raise BadSyllabus(
                f"course.toml: {what} has no time zone or time of day; write it without quotes, "
                "such as 2026-12-01T23:59:00Z or 2026-12-01T23:59:00+01:00"
            )
        if due is not None and date < due:
            raise BadSyllabus(f"course.toml: {what} is before the deadline itself")
    return due, extensions
