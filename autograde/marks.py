"""The marks of a class as they stand: what the grader decided, what a person gave, what lateness took.

`results.json` says what was judged and found, nbgrader's gradebook what counts. Feedback, report and export read both here.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from autograde.gradebook import ClassFolder, NoSuchPolicy
from autograde.syllabus import UnknownNotebook, syllabus

# What an answer to any exercise can get (docs/contract.md). Every other finding names a misconception.
GENERAL = frozenset(
    "not_defined not_implemented raised timed_out out_of_memory crashed out_of_time no_answer unreadable wrong_type wrong_shape "
    "wrong_dtype wrong_value input_changed calls_the_library test_failed".split()
)


class NothingGraded(ValueError):
    """There are no marks to read. The message says what to do first."""


@dataclass(frozen=True)
class Mark:
    """A graded cell of one student. `max` is without bonus; `comment` is what a person wrote."""

    auto: float | None
    by_hand: float | None
    extra: float
    max: float
    comment: str = ""

    @property
    def score(self) -> float:
        """What counts, without extra credit: a person's mark before the grader's."""
        return self.by_hand if self.by_hand is not None else self.auto or 0.0

    @property
    def pending(self) -> bool:
        return self.by_hand is None and self.auto is None


@dataclass(frozen=True)
class StudentMarks:
    """One student in one notebook, cell by cell.

    result: the student's entry of results.json. exercises: exercise -> mark of its test cell. prose: hand-graded cell -> mark.
    penalty: points that the late policy takes. seconds_late: after the due date, extensions counted.
    """

    student: str
    result: dict[str, Any]
    exercises: dict[str, Mark]
    prose: dict[str, Mark]
    penalty: float = 0.0
    seconds_late: float = 0.0

    @property
    def cells(self) -> dict[str, Mark]:
        return self.exercises | self.prose

    @property
    def persons(self) -> list[Mark]:
        """What a person has marked or is to mark."""
        given = [
            mark for mark in self.exercises.values() if mark.by_hand is not None or mark.pending
        ]
        return given + list(self.prose.values())

    @property
    def auto(self) -> float:
        return sum(mark.score for mark in self.cells.values()) - self.by_hand

    @property
    def by_hand(self) -> float:
        return sum(mark.score for mark in self.persons)

    @property
    def by_hand_max(self) -> float:
        return sum(mark.max for mark in self.persons)

    @property
    def bonus(self) -> float:
        return sum(mark.extra for mark in self.cells.values())

    @property
    def bonus_max(self) -> float:
        return sum(each["max"] for each in self.result["exercises"].values() if each["bonus"])

    @property
    def taken(self) -> float:
        """What the late policy takes: never more than there is, as in nbgrader's exporter."""
        return min(self.penalty, self.auto + self.by_hand + self.bonus)

    @property
    def total(self) -> float:
        return self.auto + self.by_hand + self.bonus - self.taken

    @property
    def max(self) -> float:
        """Without bonus."""
        return sum(mark.max for mark in self.cells.values())

    @property
    def pending(self) -> list[str]:
        """What waits for a person: exercises that could not be judged, prose that was not read."""
        return [name for name, mark in self.cells.items() if mark.pending]


@dataclass(frozen=True)
class ClassMarks:
    """A notebook of a class. refused: folders that were not graded, as in results.json."""

    notebook: str
    title: str
    students: dict[str, StudentMarks]
    refused: list[dict[str, str]]


def read_marks(output: Path, names: list[str]) -> list[ClassMarks]:
    """The notebooks named, or all that were graded into the folder `output`, in the order of the course.

    Raises NothingGraded.
    """
    files = {path.stem: path for path in sorted((output / "results").glob("*.json"))}
    if not files:
        raise NothingGraded(f"nothing has been graded into {output}: run `autograde grade` first")
    order = [notebook.folder for notebook in syllabus().notebooks]
    known = sorted(files, key=lambda name: (order.index(name) if name in order else 99, name))
    chosen = [_folder(name) for name in names] or known
    if missing := [name for name in chosen if name not in files]:
        there = ", ".join(known)
        raise NothingGraded(f"{output} has no marks of {', '.join(missing)}; it has: {there}")
    with ClassFolder(output.resolve()) as book:
        return [_read(book, name, files[name]) for name in dict.fromkeys(chosen)]


def _folder(name: str) -> str:
    try:
        return syllabus().notebook(name).folder
    except UnknownNotebook:
        return Path(name).stem


def _read(book: ClassFolder, name: str, path: Path) -> ClassMarks:
    ours = next((each for each in syllabus().notebooks if each.folder == name), None)
    if not book.knows(name):
        raise NothingGraded(f"the gradebook has no {name}: run `autograde grade {name}` again")
    try:
        book.set_deadlines(name, ours, None)  # a penalty depends on what a person has given since
    except NoSuchPolicy as error:
        raise NothingGraded(str(error)) from None
    results = json.loads(path.read_text("utf-8"))
    with book.open() as gradebook:
        students = _students(gradebook, name, results["students"])
    return ClassMarks(name, ours.title if ours else name, students, results["refused"])


def _students(
    gradebook: Gradebook, name: str, results: dict[str, dict[str, Any]]
) -> dict[str, StudentMarks]:
    notebook = gradebook.find_notebook(name, name)
    late = {
        submission.student_id: submission.total_seconds_late
        for submission in notebook.assignment.submissions
    }
    # All students' rows at once: objects of nbgrader's, one for each cell, would take minutes for a large class.
    rows = gradebook.db.query(SubmittedAssignment.student_id).join(
        SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
    )
    rows = rows.filter(SubmittedNotebook.notebook_id == notebook.id)
    penalties = dict(rows.with_entities(*_student(SubmittedNotebook.late_submission_penalty)))
    comments: dict[str, dict[str, str]] = defaultdict(dict)
    of_cell = rows.join(Comment, Comment.notebook_id == SubmittedNotebook.id)
    solutions = {cell.id: cell.name for cell in notebook.solution_cells + notebook.task_cells}
    for student, cell, text in of_cell.with_entities(
        *_student(Comment.cell_id, Comment.manual_comment)
    ):
        if text and cell in solutions:
            comments[student][solutions[cell]] = text
    graded = {cell.id: cell for cell in notebook.grade_cells + notebook.task_cells}
    marks: dict[str, dict[str, Mark]] = defaultdict(dict)
    of_cell = rows.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    for student, id, auto, by_hand, extra in of_cell.with_entities(
        *_student(Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit)
    ):
        cell = graded[id]
        comment = comments[student].get(cell.name.removeprefix("test_"), "")
        marks[student][cell.name] = Mark(auto, by_hand, extra or 0.0, cell.max_score, comment)
    students = {}
    for student, result in results.items():
        of_student = dict(sorted(marks[student].items()))
        exercises = {
            exercise: of_student.pop(test)
            for exercise in result["exercises"]
            for test in (f"test_{exercise}", exercise)
            if test in of_student
        }
        students[student] = StudentMarks(
            student, result, exercises, of_student, penalties.get(student) or 0.0,
            late.get(student) or 0.0,
        )  # fmt: skip
    return students


def _student(*columns: Any) -> tuple[Any, ...]:
    return SubmittedAssignment.student_id, *columns
