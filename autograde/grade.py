"""Grades a class: every hand-in is rebuilt, run behind walls, judged, and written down."""

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from autograde import pool
from autograde.exercise import Finding
from autograde.gradebook import ClassFolder, require_late_policy
from autograde.names import normalized, printable, why_no_student
from autograde.needed import is_test
from autograde.roster import FILE as ROSTER
from autograde.sandbox import Limits
from autograde.session import verdict_outputs
from autograde.submission import (
    Job,
    OtherVersion,
    Refusal,
    Task,
    fingerprint,
    grade_submission,
    not_graded,
    read_submission,
    warm,
)
from autograde.syllabus import syllabus
from autograde.verdicts import Verdicts

Told = Callable[[str, dict, bool], None]


def grade(
    task: Task,
    submissions: Path,
    output: Path,
    *,
    students: set[str] | None = None,
    exercises: set[str] | None = None,
    limits: Limits | None = None,
    isolated: bool = True,
    workers: int = 1,
    scheduler: str | None = None,
    on_student: Told = lambda student, result, kept: None,
) -> "Results":
    """Grade `submissions/<student>/<name>/` for every student; return the results, which are also written.

    students: only these, and exercises: only these, judged anew; the rest of the results stays as it was. Without
    either, what was judged before on the same content is kept. workers: processes on this machine. scheduler: the
    address of a dask scheduler, whose workers grade in their place.
    on_student(student, result, whether it was kept) is called after each. Raises Refusal or NoSandbox.
    """
    if not submissions.is_dir():
        raise Refusal(f"there is no folder {submissions}")
    if unknown := sorted((exercises or set()) - set(task.assignment.exercises)):
        raise Refusal(f"{task.name} has no exercise {', '.join(unknown)}")
    folders, refused = hand_ins(submissions, task.name)
    if missing := sorted((students or set()) - set(folders)):
        raise Refusal(f"{submissions} has no hand-in of {', '.join(missing)}")
    output.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # the ids that `export` needs; none where nothing was collected
        shutil.copyfile(submissions / ROSTER, output / ROSTER)
    with ClassFolder(output.resolve()) as book:
        run = _Run(task, book, output, refused, exercises, on_student)
        chosen = {
            name: folder for name, folder in folders.items() if students is None or name in students
        }
        anew = students is not None or exercises is not None
        jobs = run.jobs(chosen, limits or task_limits(), isolated, anew)
        ready = partial(warm, task.found_by, isolated)
        try:
            with closing(_grade_all(jobs, ready, min(workers, len(chosen)), scheduler)) as graded:
                for job, outcome in graded:
                    run.graded(job, outcome)
        except OtherVersion as error:
            raise Refusal(str(error)) from None
        finally:
            if run.release is not None:
                run.results.write()
        times = {student: handed_in(folder) for student, folder in folders.items()}
        book.set_deadlines(task.name, task.notebook, times)
        if students is None and exercises is None:
            run.verdicts.forget_others(run.keys)
    return run.results


class _Run:
    """One run over a class: what there is to do, and where it is written."""

    def __init__(self, task, book, output, refused, exercises, on_student):
        self.task: Task = task
        self.book: ClassFolder = book
        self.exercises: set[str] | None = exercises
        self.on_student: Told = on_student
        self.keys: set[str] = set()  # of all jobs
        self.verdicts = Verdicts(output / ".verdicts" / task.name)
        self.results = Results(output, task, refused)
        self.secret = _secret(output)
        self.release: NotebookNode | None = None  # until the first job is asked for

    def prepare(self) -> NotebookNode:
        """Record the assignment in the gradebook, which takes seconds the first time; return its release.

        Raises Refusal.
        """
        if not self.book.knows(self.task.name):  # what it held, if anything, has to be saved again
            self.verdicts.forget_others(set())
        try:
            require_late_policy()
            self.release = self.book.prepare(
                self.task.name,
                self.task.source,
                list(self.task.files),
                self.task.notebook is not None,
            )
        except ValueError as error:
            raise Refusal(str(error)) from None
        return self.release

    def jobs(
        self, folders: dict[str, Path], limits: Limits, isolated: bool, anew: bool
    ) -> Iterator[Job]:
        """A job for each student whose verdict is not kept; the others' is told. anew: for each student."""
        release = self.prepare()
        for student, folder in folders.items():
            job = Job(
                read_submission(student, folder, self.task.name),
                self.task.found_by,
                release,
                self.secret,
                limits,
                isolated,
                fingerprint(self.task.found_by),
                None if self.exercises is None else frozenset(self.exercises),
            )
            self.keys.add(job.key)
            if anew or not self.kept(job):
                yield job

    def kept(self, job: Job) -> bool:
        """Tell the verdict that an earlier run kept, if there is one, and save it if that run could not."""
        result, nb = self.verdicts.find(job.key) or (None, None)
        if result is None or result["status"] == "partial":
            return False
        student = job.submission.student
        if nb is not None:
            marks = self.save(job, result, nb)
        elif self.book.autograded(student, self.task.name).exists():
            marks = self.results.add(student, result, None)
        else:
            return False
        self.on_student(student, marks, True)
        return True

    def graded(self, job: Job, outcome: Any) -> None:
        """Keep and save what came of a job."""
        lost = isinstance(outcome, pool.Lost)
        result, nb = not_graded(job, outcome.why) if lost else outcome
        if self.exercises is None:
            self.verdicts.keep(job.key, result, nb)
        marks = self.save(job, result, nb)
        self.results.write(soon=True)
        self.on_student(job.submission.student, marks, False)

    def save(self, job: Job, result: dict, nb: NotebookNode) -> dict:
        """Write the marks down everywhere; returns the student's entry in results.json."""
        student = job.submission.student
        marks = self.results.add(student, json.loads(json.dumps(result)), self.exercises)
        bonus = {f"test_{name}": marks["exercises"][name]["score"] for name in self.task.bonus}
        undecided = _undecided(nb, marks)
        self.book.save(student, self.task.name, _with_marks(nb, marks), bonus, undecided)
        if self.exercises is None:
            self.verdicts.saved(job.key, result)
        return marks


def _grade_all(
    jobs: Iterator[Job], ready: Callable[[], None], workers: int, scheduler: str | None
) -> Generator[tuple[Job, Any], None, None]:
    if scheduler is None:
        if workers <= 1:
            return pool.here(jobs, grade_submission)
        return pool.processes(jobs, grade_submission, workers, ready)
    try:
        return pool.cluster(jobs, grade_submission, scheduler)
    except ModuleNotFoundError:
        raise Refusal("--scheduler needs `distributed`: pip install distributed") from None
    except OSError:
        raise Refusal(f"no dask scheduler answers at {scheduler}") from None


def hand_ins(submissions: Path, name: str) -> tuple[dict[str, Path], list[dict[str, str]]]:
    """Student -> the folder of their hand-in, and the names that are refused, with the reason."""
    folders: dict[str, Path] = {}
    refused = []
    for path in sorted(submissions.iterdir()):
        if path.name.startswith(".") or not (path.is_dir() or path.is_symlink()):
            continue
        student = normalized(path.name)
        reason = _why_refused(path, student, folders)
        if reason:
            refused.append({"name": printable(student), "reason": reason})
        elif (path / name).exists() or not any(_folders(path)):
            folders[student] = path / name
    return folders, refused


def handed_in(folder: Path) -> datetime | None:
    """When, by the timestamp.txt that a collector left, in UTC; None where there is none that can be read."""
    path = folder / "timestamp.txt"
    try:
        if folder.is_symlink() or path.is_symlink() or path.stat().st_size > 100:
            return None
        return parse_utc(path.read_text("utf-8").strip())
    except (OSError, ValueError, OverflowError, TypeError):
        return None


def _folders(path: Path) -> Iterator[Path]:
    return (inside for inside in path.iterdir() if inside.is_dir())


def _why_refused(path: Path, student: str, taken: dict[str, Path]) -> str:
    if path.is_symlink():
        return "a symbolic link is not followed"
    if student in taken:
        return "another folder has the same name, written with other code points"
    return why_no_student(student)


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


def _with_marks(nb: NotebookNode, result: dict) -> NotebookNode:
    """The notebook with the marks of `result` under its test cells, where nbgrader reads them."""
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


EVERY = 5.0  # seconds: the verdicts are kept each on its own, this only shows them


class Results:
    """results.json: the whole class, whatever part of it is graded anew."""

    def __init__(self, output: Path, task: Task, refused: list[dict[str, str]]):
        self.path = output / "results" / f"{task.name}.json"
        self.latest = output / "results.json"
        self.task = task
        self.data: dict[str, Any] = {"assignment": task.name, "students": {}, "refused": refused}
        with suppress(OSError, ValueError, KeyError):
            self.data["students"] = json.loads(self.path.read_text("utf-8"))["students"]
        self.written = 0.0
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

    def write(self, soon: bool = False) -> None:
        """Whole or not at all, so that a run that is stopped leaves what it had. soon: at most every few seconds."""
        if soon and time.monotonic() < self.written + EVERY:
            return
        self.written = time.monotonic()
        self.data["students"] = dict(sorted(self.data["students"].items()))
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
