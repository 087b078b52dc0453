"""Grades a class: every hand-in is rebuilt, run behind walls, judged, and written down."""

import json
import os
import secrets
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
import torch
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade

from autograde.build import read_source
from autograde.exercise import Finding
from autograde.gradebook import ClassFolder
from autograde.marking import Verdict
from autograde.needed import is_test
from autograde.repair import Problem, Unreadable, find_notebook, read_notebook, rebuild
from autograde.sandbox import Limits, NoSandbox
from autograde.session import Assignment, Graded, grade_session, verdict_outputs
from autograde.syllabus import Notebook, UnknownNotebook, syllabus


class Refusal(ValueError):
    """What was asked for cannot be done. The message says why."""


@dataclass(frozen=True)
class Task:
    """A notebook to be graded.

    source: the instructor's, solutions and hidden tests in it. notebook: ours, where it is in the syllabus;
    others' hidden tests are plain asserts, which run in the student's process.
    """

    name: str
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
        return Task(path.stem, source, _beside(path.parent), None)
    return Task(notebook.folder, read_source(notebook), _beside(notebook.released.parent), notebook)


def _beside(folder: Path) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix not in (".ipynb", ".py")
    )


def grade(
    task: Task,
    submissions: Path,
    output: Path,
    *,
    students: set[str] | None = None,
    exercises: set[str] | None = None,
    limits: Limits | None = None,
    isolated: bool = True,
    on_student: Callable[[str, dict], None] = lambda student, result: None,
) -> "Results":
    """Grade `submissions/<student>/<name>/` for every student; return the results, which are also written.

    students: only these, and exercises: only these; the rest of the results stays as it was.
    on_student(student, result) is called after each. Raises Refusal or NoSandbox.
    """
    if not submissions.is_dir():
        raise Refusal(f"there is no folder {submissions}")
    if unknown := sorted((exercises or set()) - set(task.assignment.exercises)):
        raise Refusal(f"{task.name} has no exercise {', '.join(unknown)}")
    folders, refused = hand_ins(submissions, task.name)
    if missing := sorted((students or set()) - set(folders)):
        raise Refusal(f"{submissions} has no hand-in of {', '.join(missing)}")
    # The models of the checks are tiny: threads would only wait for one another, on cores that the students need.
    torch.set_num_threads(1)
    output.mkdir(parents=True, exist_ok=True)
    book = ClassFolder(output.resolve())
    try:
        release = book.prepare(task.name, task.source, list(task.files), task.notebook is not None)
    except ValueError as error:
        raise Refusal(str(error)) from None
    results = Results(output, task, refused)
    secret = _secret(output)
    for student, folder in folders.items():
        if students is not None and student not in students:
            continue
        result, nb = _grade_one(
            task, folder, release, secret, exercises, limits or task_limits(), isolated
        )
        result = results.add(student, result, exercises)
        bonus = {f"test_{name}": result["exercises"][name]["score"] for name in task.bonus}
        book.save(student, task.name, _with_marks(nb, result), bonus, _undecided(nb, result))
        results.write()
        on_student(student, result)
    results.write()
    return results


def hand_ins(submissions: Path, name: str) -> tuple[dict[str, Path], list[dict[str, str]]]:
    """Student -> the folder of their hand-in, and the names that are refused, with the reason."""
    folders: dict[str, Path] = {}
    refused = []
    for path in sorted(submissions.iterdir()):
        if path.name.startswith(".") or not (path.is_dir() or path.is_symlink()):
            continue
        student = unicodedata.normalize("NFC", path.name)
        reason = _why_refused(path, student, folders)
        if reason:
            refused.append({"name": _printable(student), "reason": reason})
        elif (path / name).exists() or not any(_folders(path)):
            folders[student] = path / name
    return folders, refused


def _folders(path: Path) -> Iterator[Path]:
    return (inside for inside in path.iterdir() if inside.is_dir())


def _why_refused(path: Path, student: str, taken: dict[str, Path]) -> str:
    if path.is_symlink():
        return "a symbolic link is not followed"
    if not all(character.isprintable() for character in student):
        return "the name holds characters that cannot be printed"
    if any(character in "/\\" for character in student):
        return "the name holds a path"
    if student in taken:
        return "another folder has the same name, written with other code points"
    return ""


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def task_limits() -> Limits:
    """The limits of course.toml; Refusal where it names others than there are."""
    try:
        return Limits(**syllabus().limits)
    except TypeError as error:
        raise Refusal(f"course.toml, [limits]: {error}") from None


def _secret(output: Path) -> str:
    """What the inputs of the checks are drawn from: made once for a gradebook, readable by its owner only."""
    path = output / ".secret"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(secrets.token_hex(16))
    return path.read_text("ascii")


def _grade_one(
    task: Task,
    folder: Path,
    release: NotebookNode,
    secret: str,
    exercises: set[str] | None,
    limits: Limits,
    isolated: bool,
) -> tuple[dict, NotebookNode]:
    start = time.monotonic()
    problems: list[Problem] = []
    nb, _ = rebuild(new_notebook(), release)
    failed = False
    try:
        path, found = find_notebook(folder, task.name)
        submission, more = read_notebook(path.read_bytes())
        nb, guesses = rebuild(submission, release)
        problems += [*found, *more, *guesses]
        graded = grade_session(nb, task.assignment, secret, limits, isolated, only=exercises)
        problems += graded.problems
        if not task.notebook:
            _read_marks(task, graded)
            message = "The hidden tests ran in the student's process, where they can be read."
            problems.append(Problem("judged_in_process", None, message))
    except NoSandbox:
        raise
    except (Unreadable, OSError) as error:
        failed = True
        reason = str(error) if isinstance(error, Unreadable) else "The file cannot be read."
        problems.append(Problem("unreadable", None, reason))
        nb.cells.insert(0, new_markdown_cell(f"**Nothing to grade.** {reason}"))
        graded = Graded(nb, _zeros(task, reason))
    except Exception as error:  # a fault of the grader's: the class goes on
        message = f"The grader failed ({type(error).__name__}): please report it."
        problems.append(Problem("grader_failed", None, message))
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


def _with_marks(nb: NotebookNode, result: dict) -> NotebookNode:
    """The notebook with the marks of `result` under its test cells, where nbgrader reads them."""
    from autograde.exercise import Finding

    for cell in nb.cells:
        if is_test(cell):
            name = cell.metadata.nbgrader.grade_id.removeprefix("test_")
            kept = result["exercises"].get(name)
            if kept is not None:
                findings = [Finding(**finding) for finding in kept["findings"]]
                score = 0.0 if kept["bonus"] else kept["score"]
                cell.outputs = verdict_outputs(findings, score)
    return nb


def _undecided(nb: NotebookNode, result: dict) -> list[str]:
    """The test cells whose exercise the grader could not judge: a person decides."""
    names = {problem["cell"] for problem in result["problems"] if problem["code"] == "not_judged"}
    tests = [cell.metadata.nbgrader.grade_id for cell in nb.cells if is_test(cell)]
    return [test for test in tests if test.removeprefix("test_") in names]


class Results:
    """results.json: the whole class, whatever part of it is graded anew."""

    def __init__(self, output: Path, task: Task, refused: list[dict[str, str]]):
        self.path = output / "results" / f"{task.name}.json"
        self.latest = output / "results.json"
        self.task = task
        self.data: dict[str, Any] = {"assignment": task.name, "students": {}, "refused": refused}
        with suppress(OSError, ValueError, KeyError):
            self.data["students"] = json.loads(self.path.read_text("utf-8"))["students"]
        self.before = json.loads(json.dumps(self.data["students"]))

    def add(self, student: str, result: dict, exercises: set[str] | None) -> dict:
        """Record a result; of a student's earlier one, what was not judged anew stays."""
        earlier = self.data["students"].get(student)
        if exercises is not None and earlier:
            for name, marks in earlier["exercises"].items():
                if name not in exercises and name in result["exercises"]:
                    result["exercises"][name] = marks

            def undecided(run: dict) -> dict[str, dict]:
                return {p["cell"]: p for p in run["problems"] if p["code"] == "not_judged"}

            old, new = undecided(earlier), undecided(result)
            open_ones = [
                run[name]
                for run, names in ((old, set(old) - exercises), (new, set(new) & exercises))
                for name in sorted(names)
            ]
            others = [p for p in result["problems"] if p["code"] != "not_judged"]
            result["problems"] = others + open_ones
            if result["status"] != "failed":
                result["status"] = "partial" if open_ones else "graded"
        marks = result["exercises"].values()
        totals = {
            "status": result["status"],
            "score": sum(m["score"] for m in marks if not m["bonus"]),
            "max_score": sum(m["max"] for m in marks if not m["bonus"]),
            "bonus": sum(m["score"] for m in marks if m["bonus"]),
        }
        self.data["students"][student] = totals | result
        return self.data["students"][student]

    def write(self) -> None:
        """Whole or not at all, so that a run that is stopped leaves what it had."""
        text = json.dumps(self.data, indent=1, ensure_ascii=False) + "\n"
        for path in (self.path, self.latest):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".part")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)

    def changes(self) -> list[str]:
        """What another run has changed in the marks, a line each."""
        lines = []
        for student, now in self.data["students"].items():
            before = self.before.get(student, {}).get("exercises", {})
            for name, marks in now["exercises"].items():
                if name in before and before[name]["score"] != marks["score"]:
                    was, new = before[name]["score"], marks["score"]
                    lines.append(f"{student}: {name} {was:g} → {new:g}")
        return lines
