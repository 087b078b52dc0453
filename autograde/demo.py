"""A class of synthetic students, taken through the whole round: collect, grade, marks by hand, feedback, export, report.

Their answers come from the bank in tests/submissions, so it needs a clone. Names, marks by hand and comments are made up here,
and say so.
"""

import csv
import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograde import pool
from autograde.bank import SUBMISSIONS, answers, grade_id
from autograde.collect import collect
from autograde.export import export
from autograde.feedback import write_feedback
from autograde.grade import grade
from autograde.gradebook import ClassFolder
from autograde.report import write_report
from autograde.sandbox import Limits
from autograde.submission import Refusal, find_task
from autograde.syllabus import Notebook, syllabus

NOTEBOOK = "03_sampling_parameters"
PROSE = "reflect_decoding"
DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)
IN_TIME, LATE = "Wednesday, 18 November 2026, 4:20 PM", "Saturday, 21 November 2026, 10:05 PM"
LIMITS = Limits(call=3)  # the endless loop need not run for the full ten seconds
ENDLESS = """def sample(scores, generator):
    while True:
        scores = scores.softmax(dim=-1)
"""


@dataclass(frozen=True)
class Student:
    """wrong: exercise -> the answer's name in the bank. left: the last so many exercises are not tried."""

    id: str
    wrong: dict[str, str] = field(default_factory=dict)
    left: int = 0
    prose: bool = False
    late: bool = False
    own: dict[str, str] = field(default_factory=dict)  # exercise -> source


CROSSING = {"top_p_filter": "wrong_inclusive"}
CLASS = [
    Student("all-right", prose=True),
    Student("all-right-in-another-style"),
    Student("no-bonus", left=4, prose=True),
    Student("middling", {"repetition_penalty": "wrong_inverted"} | CROSSING, left=6, prose=True),
    Student("just-begun", {"apply_temperature": "wrong_multiplied"}, left=11),
    Student("drops-the-crossing-token", CROSSING, left=4),
    Student("drops-it-too", CROSSING | {"sample": "wrong_argmax"}, left=4),
    Student("searches-greedily", {"beam_search": "wrong_greedy"}, left=4),
    Student("changes-its-input", {"top_k_filter": "wrong_in_place"}, left=4, prose=True),
    Student("never-ends", left=4, own={"sample": ENDLESS}),
    Student("late", left=4, prose=True, late=True),
    Student("twin-1", left=4),
    Student("twin-2", left=4),
    Student("Zoë O'Odd & <b>Żółć", {"min_p_filter": "wrong_strict"}, left=4),
    Student("broken-file"),
]


def play(output: Path, say: Callable[[str], None]) -> Path:
    """Play the round under `output`; returns the report's path. say: gets a line for each step. Raises Refusal and NoSandbox."""
    if not SUBMISSIONS.is_dir():
        raise Refusal(
            "the demo needs a clone of the repository: its class is made of tests/submissions"
        )
    if output.exists() and not (output / "worksheet.csv").exists() and any(output.iterdir()):
        raise Refusal(
            f"{output} holds something else: name an empty folder, or one that is not there"
        )
    output.mkdir(parents=True, exist_ok=True)
    # A deadline of the demo's own, so that somebody can be late.
    notebook = replace(syllabus().notebook(NOTEBOOK), due=DUE)
    marks, submitted = output / "marks", output / "submitted"
    archive, worksheet = _hand_in(notebook, output)
    say(f"hand in: {len(CLASS)} synthetic students, as Moodle packs them: {archive}")

    collected = collect(archive, NOTEBOOK, "moodle", submitted, worksheet, notebook)
    say(f"collect: {collected.summary}")

    task = replace(find_task(NOTEBOOK), notebook=notebook)
    results = grade(task, submitted, marks, limits=LIMITS, workers=pool.fitting()).data["students"]
    states = Counter(result["status"] for result in results.values())
    said = ", ".join(f"{count} {status}" for status, count in sorted(states.items()))
    seconds = sum(result["seconds"] for result in results.values())
    say(f"grade: {said}, {seconds:.0f} s of grading in all")

    given = _give_by_hand(marks)
    say(f"grade by hand: {given} of the {PROSE}s, through nbgrader's gradebook (synthetic marks)")

    say(f"feedback: {write_feedback(marks, [])}")
    path, lines = export([], "csv", marks)
    say(f"export: {path}")
    for line in lines:
        say(f"        {line}")
    report = write_report(marks, [])
    say(f"report: {report}")
    return report


# --- the class


def _hand_in(notebook: Notebook, output: Path) -> tuple[Path, Path]:
    """Moodle's archive of the class, and its grading worksheet."""
    archive, worksheet = output / "hand-ins.zip", output / "worksheet.csv"
    sources = {student.id: _sources(student, notebook) for student in CLASS}
    sources["twin-2"] = {name: disguised(text) for name, text in sources["twin-1"].items()}
    rows = [
        ["Identifier", "Full name", "ID number", "Status", "Grade", "Maximum Grade",
         "Last modified (submission)", "Last modified (grade)", "Feedback comments"]
    ]  # fmt: skip
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for number, student in enumerate(CLASS, start=1001):
            text = _notebook(student, sources[student.id], notebook)
            if student.id == "broken-file":
                text = text[: len(text) // 2]
            name = f"Synthetic {number}"
            file.writestr(f"{name}_{number}_assignsubmission_file/{NOTEBOOK}.ipynb", text)
            when = LATE if student.late else IN_TIME
            rows.append(
                [f"Participant {number}", name, student.id, "Submitted", "", "100", when, "-", ""]
            )
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    worksheet.write_text(table.getvalue(), encoding="utf-8")
    return archive, worksheet


def _sources(student: Student, notebook: Notebook) -> dict[str, str]:
    """Exercise -> what this student wrote: a right answer in a style drawn for each, but for what is said otherwise."""
    draw = random.Random(student.id)
    bank = answers(notebook)
    sources = {}
    for name in list(notebook.exercises)[: len(notebook.exercises) - student.left]:
        right = [answer for answer in bank if answer.exercise == name and answer.finding is None]
        chosen = draw.choice(right)
        if stem := student.wrong.get(name):
            chosen = next(a for a in bank if a.exercise == name and a.path.stem == stem)
        # The lines on top say what the answer is in the bank for.
        sources[name] = re.sub(r"\A(#.*\n)+", "", chosen.source).strip("\n")
    return sources | student.own


def _notebook(student: Student, sources: dict[str, str], notebook: Notebook) -> str:
    nb = nbformat.read(notebook.released, as_version=4)
    for cell in nb.cells:
        name = grade_id(cell) or ""
        if name in sources:
            cell.source = sources[name]
        elif name == PROSE and student.prose:
            cell.source = f"A synthetic answer of the demo's, by {student.id}: greedy for forms, top-p for stories, and always a seed."
    return nbformat.writes(nb)


def disguised(source: str) -> str:
    """The same answer with other names, comments and layout: what a copy looks like that wants not to be one."""
    renamed = re.sub(r"\b(probs|ranked|ids|keep|remove|logits|out|rows?|best)\b", r"my_\1", source)
    return "# my own idea\n" + renamed.replace("\n\n", "\n\n\n")


def _give_by_hand(marks: Path) -> int:
    """Points and a comment for every prose but one, as formgrader would write them; returns how many."""
    writers = [student for student in CLASS if student.prose]
    with Gradebook(ClassFolder(marks.resolve()).url) as book:
        for place, student in enumerate(writers[:-1]):
            grade = book.find_grade(PROSE, NOTEBOOK, NOTEBOOK, student.id)
            grade.manual_score, grade.needs_manual_grade = 3.0 - 0.5 * place, False
            comment = book.find_comment(PROSE, NOTEBOOK, NOTEBOOK, student.id)
            comment.manual_comment = "A synthetic comment of the demo's: say more about why."
        book.db.commit()
    return len(writers) - 1
