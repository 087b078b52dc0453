"""A class's folder as nbgrader knows it: gradebook, release, autograded notebooks, so that formgrader opens on it."""

import contextlib
import functools
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert.filters import clean_html, markdown2html
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveAutoGrades
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograde.release import configure

COURSE = "default_course"  # as nbgrader's Gradebook calls it; databases with strict keys ask
CONFIGURATION = '''"""Lets formgrader and nbgrader's other commands open this class: run them in this folder."""

from autograde.gradebook import configure_class

configure_class(get_config())  # noqa: F821 (nbgrader puts it there)
'''


def configure_class(config: Config) -> Config:
    """nbgrader's configuration for the folder of a class."""
    configure(config)
    config.CourseDirectory.course_id = COURSE
    config.CourseDirectory.source_directory = "source"
    config.CourseDirectory.release_directory = "release"
    # Formgrader shows what students made on a page that may do all that the instructor may: nothing of theirs runs there.
    config.HTMLExporter.sanitize_html = True
    # Its template passes prose by that option.
    config.HTMLExporter.filters = {"markdown2html": clean_markdown}
    return config


def clean_markdown(source: str) -> str:
    """Markdown of a student's as HTML without script."""
    return clean_html(markdown2html(source))


@dataclass(frozen=True)
class ClassFolder:
    """The folder that `autograde grade` writes, with `gradebook.db` in it."""

    root: Path

    def __post_init__(self) -> None:
        # nbgrader runs alembic by name, and the environment may not be activated.
        if shutil.which("alembic") is None:
            os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    @functools.cached_property
    def url(self) -> str:
        """The gradebook's: a file in this folder, or what its nbgrader_config.py names as `CourseDirectory.db_url`."""
        try:
            config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        except ConfigFileNotFound:
            config = Config()
        return config.CourseDirectory.get("db_url", f"sqlite:///{self.root / 'gradebook.db'}")

    def knows(self, name: str) -> bool:
        """Whether the gradebook has this assignment: not where somebody has removed it, or taken another."""
        with self._open() as gradebook, contextlib.suppress(MissingEntry):
            return gradebook.find_assignment(name) is not None
        return False

    def autograded(self, student: str, name: str) -> Path:
        return self.root / "autograded" / student / name / f"{name}.ipynb"

    def prepare(
        self, name: str, source: NotebookNode, files: list[Path], ours: bool
    ) -> NotebookNode:
        """Record an assignment in the gradebook; return its release.

        source: the instructor's notebook, solutions and hidden tests in it. files: what is released beside it.
        ours: whether the release is made as this course makes it, or as stock nbgrader does.
        Raises ValueError where the gradebook holds marks for other cells than the source has.
        """
        folder = self.root / "source" / name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.ipynb"
        released = self.root / "release" / name / path.name
        text = nbformat.writes(source) + "\n"
        configuration = self.root / "nbgrader_config.py"
        if not configuration.exists():
            configuration.write_text(CONFIGURATION, encoding="utf-8")
        as_before = released.exists() and path.exists() and path.read_text("utf-8") == text
        if not (as_before and self.knows(name)):
            path.write_text(text, encoding="utf-8")
            for file in files:
                shutil.copy(file, folder)
            self._generate(name, ours)
        return nbformat.read(released, as_version=4)

    def _generate(self, name: str, ours: bool) -> None:
        config = configure_class(Config()) if ours else Config()
        config.CourseDirectory.course_id = COURSE
        config.CourseDirectory.root = str(self.root)
        config.CourseDirectory.assignment_id = name
        config.CourseDirectory.db_url = self.url
        config.GenerateAssignment.force = True
        said: list[str] = []
        logger = logging.getLogger("autograde.gradebook")
        logger.setLevel(logging.ERROR)
        logger.propagate = False
        handler = logging.Handler()
        handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
        logger.handlers = [handler]
        try:
            GenerateAssignment(
                coursedir=CourseDirectory(config=config), config=config, log=logger
            ).start()
        except (SystemExit, NbGraderException):
            words = [text.strip().splitlines()[-1] for text in said if text.strip()]
            raise ValueError(f"nbgrader cannot release {name}: {' '.join(words[:2])}") from None

    def save(
        self,
        student: str,
        name: str,
        nb: NotebookNode,
        bonus: dict[str, float],
        undecided: Sequence[str] = (),
    ) -> None:
        """Write a judged notebook and its marks; marks given by hand stay.

        bonus: test cell -> points of a stretch exercise, which reach the gradebook as extra credit.
        undecided: test cells without a mark, which formgrader then asks a person for.
        """
        path = self.autograded(student, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        nbformat.write(nb, temporary)
        temporary.replace(path)
        with self._open() as gradebook, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of how nbgrader uses SQLAlchemy
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(name, student)
        where = {"notebook": name, "assignment": name, "student": student, "db_url": self.url}
        SaveAutoGrades().preprocess(nb, {"nbgrader": where})
        with self._open() as gradebook:
            for cell, points in bonus.items():
                gradebook.find_grade(cell, name, name, student).extra_credit = points
            for cell in undecided:
                grade = gradebook.find_grade(cell, name, name, student)
                grade.auto_score, grade.needs_manual_grade = None, grade.manual_score is None
            gradebook.db.commit()

    @contextlib.contextmanager
    def _open(self) -> Iterator[Gradebook]:
        with Gradebook(self.url) as gradebook:
            yield gradebook
