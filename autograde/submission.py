"""One student's notebook: rebuilt from the release, run behind walls, judged."""

import contextlib
import functools
import hashlib
import platform
import threading
import time
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import nbformat
import torch
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade

import autograde
import utils
from autograde.build import read_source
from autograde.exercise import Finding
from autograde.marking import Verdict
from autograde.needed import is_test
from autograde.repair import Problem, Unreadable, find_notebook, read_notebook, rebuild
from autograde.roster import FILE as ROSTER
from autograde.sandbox import Limits, NoSandbox, prepare_kernels
from autograde.session import Assignment, Graded, grade_session
from autograde.syllabus import Notebook, UnknownNotebook, syllabus


class Refusal(ValueError):
    """What was asked for cannot be done. The message says why."""


@dataclass(frozen=True)
class Task:
    """A notebook to be graded.

    source: the instructor's, solutions and hidden tests in it. notebook: ours, where it is in the syllabus;
    others' hidden tests are plain asserts, which run in the student's process. found_by: what finds it again.
    """

    name: str
    found_by: str
    source: NotebookNode
    files: tuple[Path, ...]
    notebook: Notebook | None

    @property
    def assignment(self) -> Assignment:
        if self.notebook:
            points = {name: float(value) for name, value in self.notebook.exercises.items()}
            return Assignment(points, files=self.files)
        tests = [cell for cell in self.source.cells if is_test(cell)]
        ids = [cell.metadata.nbgrader.grade_id for cell in tests]
        return Assignment(
            {id: float(cell.metadata.nbgrader.points) for id, cell in zip(ids, tests, strict=True)},
            {id: cell.source for id, cell in zip(ids, tests, strict=True)},
            self.files,
        )

    @property
    def bonus(self) -> dict[str, int]:
        return self.notebook.bonus if self.notebook else {}


def find_task(name: str) -> Task:
    """The notebook meant by a name of the syllabus, or by the path of an instructor's own notebook."""
    path = Path(name)
    try:
        notebook = syllabus().notebook(path)
    except UnknownNotebook as unknown:
        if path.is_dir():
            path = path / f"{path.name}.ipynb"
        if path.suffix != ".ipynb":
            raise Refusal(str(unknown)) from None
        if not path.is_file():
            raise Refusal(f"there is no notebook {path}") from None
        try:
            source = nbformat.read(path, as_version=4)
        except Exception as error:  # nbformat lets through whatever the JSON provokes
            raise Refusal(f"{path} is not a notebook: {str(error)[:200]}") from None
        return Task(path.stem, str(path.resolve()), source, _beside(path.parent), None)
    files = _beside(notebook.released.parent)
    return Task(notebook.folder, notebook.folder, read_source(notebook), files, notebook)


# What `grade` leaves where it is started: no student's kernel may see it.
_OF_THE_CLASS = (".", "gradebook.db", "results.json", ROSTER)


def _beside(folder: Path) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix not in (".ipynb", ".py")
        and not path.name.startswith(_OF_THE_CLASS)
    )


@dataclass(frozen=True)
class Submission:
    """What a student handed in: the bytes of a notebook, or why none can be read; what was guessed to find it."""

    student: str
    data: bytes
    problems: tuple[Problem, ...] = ()
    unreadable: str = ""


def read_submission(student: str, folder: Path, name: str) -> Submission:
    """The notebook `name` in a student's folder."""
    try:
        path, problems = find_notebook(folder, name)
        return Submission(student, path.read_bytes(), tuple(problems))
    except Unreadable as error:
        return Submission(student, b"", unreadable=str(error))
    except OSError:
        return Submission(student, b"", unreadable="The file cannot be read.")


@dataclass(frozen=True)
class Job:
    """All that a worker, on this machine or another, needs to grade one submission.

    task: as `find_task` takes it. fingerprint: of the checks and packages that the marks are to come from.
    exercises: only these, or None for all.
    """

    submission: Submission
    task: str
    release: NotebookNode
    secret: str
    limits: Limits
    isolated: bool
    fingerprint: str
    exercises: frozenset[str] | None = None

    @functools.cached_property
    def key(self) -> str:
        """The same for two jobs that must end in the same marks."""
        content = hashlib.sha256(self.submission.data)
        what = (
            self.submission.student,
            self.submission.problems,
            self.submission.unreadable,
            nbformat.writes(self.release),
            self.secret,
            self.limits,
            self.isolated,
            self.fingerprint,
            sorted(self.exercises) if self.exercises is not None else None,
        )
        content.update(repr(what).encode())
        return content.hexdigest()


class OtherVersion(RuntimeError):
    """A worker has other checks or packages than the one who asks it."""


_PACKAGES = ("torch", "transformers", "numpy", "scikit-learn", "scipy", "llguidance", "ipykernel")


@functools.cache
def fingerprint(task: str) -> str:
    """Of what marks depend on beside the submission: the checks, the instructor's notebook, the packages."""
    found = find_task(task)
    content = hashlib.sha256(nbformat.writes(found.source).encode())
    for package in (autograde, utils):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*")):  # code, weights and the checks' own data
            if path.is_file() and path.suffix != ".pyc":
                name = path.relative_to(folder).as_posix()
                content.update(name.encode() + b"\0" + path.read_bytes())
    for path in found.files:
        content.update(path.name.encode() + b"\0" + path.read_bytes())
    versions = [metadata.version(name) for name in _PACKAGES]
    content.update(repr((platform.python_version(), versions)).encode())
    return content.hexdigest()


_ONE_AT_A_TIME = (
    threading.Lock()
)  # a cluster's worker may have several threads; seeds and dtypes are the process's


@functools.lru_cache(maxsize=8)
def _task(name: str) -> Task:
    return find_task(name)


def warm(task: str, isolated: bool) -> None:
    """Start what the first submission would wait for; what cannot be started is for a submission to tell."""
    with contextlib.suppress(NoSandbox):
        prepare_kernels(_task(task).files, isolated)


def grade_submission(job: Job) -> tuple[dict, NotebookNode]:
    """The student's entry of results.json, without its sums, and the judged notebook.

    Raises NoSandbox, and OtherVersion where the marks would come from other checks than the job asks for.
    """
    if job.fingerprint != fingerprint(job.task):
        raise OtherVersion(f"{platform.node()} has other checks or packages than this machine")
    with _ONE_AT_A_TIME:
        # The models of the checks are tiny: threads would only wait for one another, on cores that the students need.
        torch.set_num_threads(1)
        return _grade(_task(job.task), job)


def _grade(task: Task, job: Job) -> tuple[dict, NotebookNode]:
    start = time.monotonic()
    problems = list(job.submission.problems)
    nb, _ = rebuild(new_notebook(), job.release)
    failed = False
    try:
        if job.submission.unreadable:
            raise Unreadable(job.submission.unreadable)
        submission, more = read_notebook(job.submission.data)
        nb, guesses = rebuild(submission, job.release)
        problems += [*more, *guesses]
        graded = grade_session(
            nb, task.assignment, job.secret, job.limits, job.isolated, only=job.exercises
        )
        problems += graded.problems
        if not task.notebook:
            _read_marks(task, graded)
            message = "The hidden tests ran in the student's process, where they can be read."
            problems.append(Problem("judged_in_process", None, message))
    except NoSandbox:
        raise
    except Unreadable as error:
        failed = True
        reason = str(error)
        problems.append(Problem("unreadable", None, reason))
        nb.cells.insert(0, new_markdown_cell(f"**Nothing to grade.** {reason}"))
        graded = Graded(nb, _zeros(task, reason))
    except Exception as error:  # a fault of the grader's: the class goes on
        problems.append(_fault(type(error).__name__))
        graded = Graded(nb)
    return _result(task, graded, problems, failed, time.monotonic() - start), nb


def _zeros(task: Task, reason: str) -> dict[str, Verdict]:
    points = task.assignment.exercises
    return {
        name: Verdict(name, 0.0, most, [Finding("unreadable", reason)])
        for name, most in points.items()
    }


def _read_marks(task: Task, graded: Graded) -> None:
    """The marks of plain tests, as stock nbgrader reads them from the outputs."""
    for cell in graded.notebook.cells:
        if is_test(cell):
            name = cell.metadata.nbgrader.grade_id
            score, most = determine_grade(cell)
            score = min(max(float(score or 0.0), 0.0), most)
            finding = [Finding("test_failed", _last_words(cell))] if score < most else []
            graded.verdicts[name] = Verdict(name, score, most, finding)


def _last_words(cell: NotebookNode) -> str:
    """The name of the error that ended a test: its text may hold the hidden test."""
    errors = [output.ename for output in cell.outputs if output.output_type == "error"]
    return (
        f"the test ended with {errors[-1][:100]}."
        if errors
        else "the test did not give full marks."
    )


def _result(
    task: Task, graded: Graded, problems: list[Problem], failed: bool, seconds: float
) -> dict:
    missing = "its test cell did not run"
    exercises = {}
    for name, most in task.assignment.exercises.items():
        verdict = graded.verdicts.get(name) or Verdict(name, 0.0, most, problem=missing)
        exercises[name] = {
            "score": verdict.score,
            "max": verdict.max,
            "bonus": name in task.bonus,
            "passed": verdict.passed,
            "findings": [asdict(finding) for finding in verdict.findings],
        }
        problems += [Problem(remark.id, name, remark.message) for remark in verdict.remarks]
        if verdict.problem:
            last = verdict.problem.strip().splitlines()[-1][:300]
            problems.append(Problem("not_judged", name, f"{name} could not be judged: {last}"))
    partial = any(problem.code == "not_judged" for problem in problems)
    return {
        "status": "failed" if failed else "partial" if partial else "graded",
        "exercises": exercises,
        "pending": [
            cell.metadata.nbgrader.grade_id
            for cell in graded.notebook.cells
            if (mark := cell.metadata.get("nbgrader", {})).get("grade")
            and mark.get("solution")
            and determine_grade(cell)[0] is None
        ],
        "seconds": round(seconds, 3),
        "problems": [asdict(problem) for problem in problems],
    }


def not_graded(job: Job, why: str) -> tuple[dict, NotebookNode]:
    """What stands for a submission whose grading failed, by no fault of the student's."""
    nb, _ = rebuild(new_notebook(), job.release)
    return _result(_task(job.task), Graded(nb), [_fault(why)], False, 0.0), nb


def _fault(why: str) -> Problem:
    return Problem("grader_failed", None, f"The grader failed ({why}): please report it.")
