"""A class that was graded without running anything: what its checks said is given."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin

from autograde import grade as grader
from autograde import submission
from autograde.exercise import Finding
from autograde.gradebook import ClassFolder
from autograde.marking import Verdict
from autograde.needed import is_test
from autograde.repair import Problem, read_notebook, rebuild
from autograde.session import Graded
from autograde.submission import find_task
from tests import notebooks


class TakesSome(BasePlugin):
    """A late policy for `late_policy` of course.toml."""

    def late_submission_penalty(self, student_id, score, total_seconds_late) -> float:
        return 4.5


@dataclass
class HandIn:
    """A notebook handed in, and what came of it.

    findings: exercise -> finding; the others pass. outputs: grade id, or source of an own cell -> outputs.
    unreadable: why nothing can be graded. undecided: exercises that the grader could not judge.
    """

    notebook: NotebookNode
    findings: dict[str, Finding] = field(default_factory=dict)
    outputs: dict[str, list[NotebookNode]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: str = ""
    undecided: tuple[str, ...] = ()


def grade_class(folder: Path, name: str, students: dict[str, HandIn]) -> None:
    """What `autograde grade` leaves in `folder` for these students."""
    task = find_task(name)

    def judged(job: submission.Job) -> tuple[dict, NotebookNode]:
        given = students[job.submission.student]
        nb, guesses = rebuild(read_notebook(job.submission.data)[0], job.release)
        problems = [*given.problems, *guesses]
        for cell in nb.cells:
            outputs = given.outputs.get(cell.id) or given.outputs.get(cell.source)
            if outputs and cell.cell_type == "code":
                cell.outputs = outputs
            if is_test(cell):
                cell.metadata["next_token"]["seconds"] = 0.25
        if given.unreadable:
            problems.append(Problem("unreadable", None, given.unreadable))
            verdicts = submission._zeros(task, given.unreadable)
        else:
            verdicts = {
                exercise: _verdict(exercise, float(most), given)
                for exercise, most in task.assignment.exercises.items()
            }
        graded = Graded(nb, verdicts)
        return submission._result(task, graded, problems, bool(given.unreadable), 1.5), nb

    for student, given in students.items():
        notebooks.hand_in(folder, student, given.notebook, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grader, "grade_submission", judged)
        grader.grade(task, folder / "submitted", folder)


def _verdict(exercise: str, most: float, given: HandIn) -> Verdict:
    if exercise in given.undecided:
        return Verdict(exercise, 0.0, most, problem="Traceback: the oracle says 42")
    finding = given.findings.get(exercise)
    return Verdict(exercise, 0.0, most, [finding]) if finding else Verdict(exercise, most, most)


def results(folder: Path, name: str) -> dict:
    return json.loads((folder / "results" / f"{name}.json").read_text("utf-8"))


def grade_by_hand(
    folder: Path, name: str, student: str, cell: str, points: float, comment: str = ""
) -> None:
    """What formgrader does when a person gives points and writes a comment."""
    with Gradebook(ClassFolder(folder).url) as book:
        grade = book.find_grade(cell, name, name, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment:
            of_answer = cell.removeprefix("test_")
            book.find_comment(of_answer, name, name, student).manual_comment = comment
        book.db.commit()
