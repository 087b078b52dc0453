"""A class's folder as nbgrader knows it: gradebook, release, autograded notebooks, so that formgrader opens on it."""

import contextlib
import functools
import importlib
import logging
import shutil
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import bleach
import nbformat
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbgrader.api import (
    Gradebook,
    MissingEntry,
)
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import parse_utc
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograde.release import configure, find_alembic
from autograde.syllabus import Notebook, syllabus

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
    # Its template passes prose by that option, and nbconvert's own list has no paragraph in it.
    config.HTMLExporter.filters = {"markdown2html": clean_markdown, "clean_html": clean_html}
    return config


SHOWN = set(
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s span strong "
    "sub summary sup table tbody td th thead tr ul".split()
)
ATTRIBUTES = {"alt", "aria-label", "colspan", "role", "rowspan", "scope", "title"}


def clean_html(html: str) -> str:
    """HTML of a student's without script, form, frame, and anything that the page's own script or style could take for its own."""
    return bleach.clean(str(html), SHOWN, _may_stay, protocols={"http", "https", "mailto", "data"})


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name == "src":  # a picture from elsewhere would tell who looks at it, and when
        return tag == "img" and value.startswith(("data:image/png;", "data:image/jpeg;"))
    if name == "href":
        return tag == "a" and not value.strip().lower().startswith("data:")
    return name in ATTRIBUTES


def clean_markdown(source: str) -> str:
    """Markdown of a student's as HTML without script."""
    return clean_html(markdown2html(source))


class NoSuchPolicy(ValueError):
    """course.toml names a late policy that there is not. The message is a sentence."""


def require_late_policy() -> None:
    """Raise NoSuchPolicy where `late_policy` of course.toml is no word of nbgrader's and no plugin."""
    policy = syllabus().late_policy
    if policy in ("none", "zero"):
        return
    module, _, name = policy.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        found = None
    if not (isinstance(found, type) and issubclass(found, BasePlugin)):
        raise NoSuchPolicy(
            f'course.toml: late_policy = "{policy}" is neither "none" nor "zero", nor the dotted name '
            "of an nbgrader plugin that can be imported"
        )


@dataclass(frozen=True)
class ClassFolder:
    """The folder that `autograde grade` writes, with `gradebook.db` in it. A context manager: the gradebook is open in it."""

    root: Path

    def __post_init__(self) -> None:
        find_alembic()

    def __enter__(self) -> "ClassFolder":
        return self

    def __exit__(self, *exception: object) -> None:
        if "gradebook" in vars(self):
            self.gradebook.close()
            del vars(self)["gradebook"]

    @functools.cached_property
    def url(self) -> str:
        """The gradebook's: a file in this folder, or what its nbgrader_config.py names as `CourseDirectory.db_url`."""
        try:
            config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        except ConfigFileNotFound:
            config = Config()
        return config.CourseDirectory.get("db_url", f"sqlite:///{self.root / 'gradebook.db'}")

    @functools.cached_property
    def gradebook(self) -> Gradebook:
        """nbgrader's, open as long as this is."""
        return Gradebook(self.url)

    def knows(self, name: str) -> bool:
        """Whether the gradebook has this assignment: not where somebody has removed it, or taken another."""
        on_disk = self.url.removeprefix("sqlite:///")
        if on_disk != self.url and not Path(on_disk).exists():
            return False  # opening it would make one
        with self.open() as gradebook, contextlib.suppress(MissingEntry):
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
        logger = _quiet()
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
        with self.open() as gradebook, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of how nbgrader uses SQLAlchemy
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(name, student)
            saver = SaveAutoGrades()  # whose `preprocess` would open the gradebook once more
            saver.gradebook, saver.student_id = gradebook, student
            saver.assignment_id = saver.notebook_id = name
            for index, cell in enumerate(nb.cells):
                saver.preprocess_cell(cell, {}, index)
            for cell, points in bonus.items():
                gradebook.find_grade(cell, name, name, student).extra_credit = points
            for cell in undecided:
                grade = gradebook.find_grade(cell, name, name, student)
                grade.auto_score, grade.needs_manual_grade = None, grade.manual_score is None

    def set_deadlines(
        self, name: str, notebook: Notebook | None, handed_in: dict[str, datetime | None] | None
    ) -> None:
        """Write when hand-ins came and were due, and what the late ones lose by the policy of course.toml.

        To be called again before marks are read: a penalty may depend on marks that a person has given since.
        handed_in: student -> in UTC; None leaves what the gradebook has. Raises NoSuchPolicy.
        """
        require_late_policy()
        due = notebook.due if notebook else None
        with self.open() as gradebook:
            assignment = gradebook.find_assignment(name)
            if due:  # else a deadline that somebody gave it in formgrader stays
                assignment.duedate = parse_utc(due)
            late = []
            for submission in gradebook.assignment_submissions(name):
                student = submission.student_id
                if handed_in is not None and student in handed_in:
                    submission.timestamp = parse_utc(handed_in[student])
                if notebook and due:
                    own = notebook.extensions.get(student)
                    submission.extension = own - due if own else None
                if submission.total_seconds_late > 0 or submission.late_submission_penalty:
                    late.append(student)
        assign = AssignLatePenalties(config=configure(Config()), log=_quiet())
        for student in late:
            where = {"notebook": name, "assignment": name, "student": student, "db_url": self.url}
            assign.preprocess(nbformat.v4.new_notebook(), {"nbgrader": where})

    @contextlib.contextmanager
    def open(self) -> Iterator[Gradebook]:
        """The gradebook. What is changed in it is written at the end, together: a run that is killed leaves no half marks."""
        session = self.gradebook.db
        # nbgrader commits after each row, thirty times a student.
        session.commit = session.flush  # type: ignore[method-assign]
        try:
            yield self.gradebook
            session().commit()
        finally:
            del session.commit
            session.remove()


def _quiet() -> logging.Logger:
    """What nbgrader says to itself is nothing for an instructor."""
    logger = logging.getLogger("autograde.gradebook")
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    return logger
