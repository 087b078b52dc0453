"""course.toml, read once: the notebooks in order, their exercises and points."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class UnknownNotebook(ValueError):
    """A notebook that course.toml does not name."""


@dataclass(frozen=True)
class Notebook:
    folder: str  # "01_inference_pipeline", also the stem of its files
    title: str
    minutes: int
    points: dict[str, int]  # exercise -> points, in the order of the notebook
    bonus: dict[str, int]  # stretch exercise -> bonus points, likewise

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
    """The syllabus of this clone."""
    data = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
    notebooks = tuple(
        Notebook(
            entry["folder"],
            entry["title"],
            entry["minutes"],
            entry["points"],
            entry.get("bonus", {}),
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
    )
