"""The marks of a class, from the folder that `grade` wrote, in the forms that an LMS imports."""

import csv
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.marks import ClassMarks, StudentMarks, read_marks
from autograde.names import printable
from autograde.roster import read_kept

Rows = list[list[str]]


class Refusal(ValueError):
    """Nothing can be exported. The message says why."""


@dataclass(frozen=True)
class Graded:
    """A notebook, as results, gradebook and roster have it. columns, roster: as autograde.roster keeps them."""

    name: str
    title: str
    marked: dict[str, StudentMarks]
    columns: list[str]
    roster: dict[str, dict[str, str]]

    @property
    def max_score(self) -> float:
        return max((mark.max for mark in self.marked.values()), default=0.0)


def export(names: list[str], form: str, output: Path) -> tuple[Path, list[str]]:
    """Write `output/export/<form>.csv` for these notebooks, or all that were graded; return it and what to know of it.

    form: "canvas", "moodle" or "csv". Raises Refusal and NothingGraded.
    """
    kept = read_kept(output)
    graded = [_graded(marks, kept.get(marks.notebook, {})) for marks in read_marks(output, names)]
    rows, lines = {"canvas": _canvas, "moodle": _moodle, "csv": _table}[form](graded)
    path = output / "export" / f"{form}.csv"
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        # All quoted: a spreadsheet that splits at semicolons must not find a new cell within one.
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    temporary.replace(path)
    return path, [*lines, *(line for one in graded for line in _unfinished(one))]


def _graded(marks: ClassMarks, kept: dict[str, Any]) -> Graded:
    by_name = dict(sorted(marks.students.items()))
    columns, students = kept.get("columns", []), kept.get("students", {})
    return Graded(marks.notebook, marks.title, by_name, columns, students)


def _unfinished(graded: Graded) -> Iterator[str]:
    """What still waits for a person: these marks count 0 so far."""
    waiting = {s: mark.pending for s, mark in graded.marked.items() if mark.pending}
    if waiting:
        cells = sorted({cell for pending in waiting.values() for cell in pending})
        yield f"{graded.name}: not final for {len(waiting)}, who wait for marks by hand in {', '.join(cells)}"


# --- the forms


def _table(graded: list[Graded]) -> tuple[Rows, list[str]]:
    header = ["student", "notebook", "auto", "hand_graded", "bonus", "late_penalty", "total"]
    rows = [[*header, "max", "status", "pending"]]
    for one in graded:
        for student in sorted({*one.marked, *one.roster}):
            mark = one.marked.get(student)
            if mark:
                parts = (mark.auto, mark.by_hand, mark.bonus, mark.taken, mark.total)
                points = [number(part) for part in parts]
                status, pending = mark.result["status"], "; ".join(sorted(mark.pending))
            else:
                points, status, pending = [""] * 5, "missing", ""
            rows.append(
                [defused(student), one.name, *points, number(one.max_score), status, pending]
            )
    return rows, []


def _canvas(graded: list[Graded]) -> tuple[Rows, list[str]]:
    """The gradebook's import finds students by ID alone, which is digits here and so never a formula.

    SIS ids are what it tries next: one that looks like a formula is left empty, since changed it would be wrong.
    """
    lines = []
    titles = []
    for one in graded:
        title = _canvas_column(one)
        titles.append(title or one.name)
        if not title:
            lines.append(
                f"Canvas will ask which assignment {one.name} is: no column of the roster is it"
            )
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *map(defused, titles)]]
    possible = [number(one.max_score) for one in graded]
    rows.append(["    Points Possible", "", "", "", "", *possible])
    for student in sorted({student for one in graded for student in one.marked}):
        record: dict[str, str] = {}
        for one in graded:
            record |= one.roster.get(student, {})
        id = record.get("ID", student).strip()
        if not re.fullmatch(r"[0-9]+", id):
            lines.append(f"{printable(student)}: is left out, having no Canvas ID")
            continue
        sis = [record.get(column, "") for column in ("SIS User ID", "SIS Login ID")]
        marks = [one.marked.get(student) for one in graded]
        rows.append(
            [
                defused(record.get("Student", "")),
                id,
                *(cell if defused(cell) == cell else "" for cell in sis),
                defused(record.get("Section", "")),
                *(number(mark.total) if mark else "" for mark in marks),
            ]
        )
    if len(rows) == 2:
        raise Refusal(
            "nobody has a Canvas ID: collect with --lms canvas, or its gradebook as --roster"
        )
    return rows, lines


def _canvas_column(graded: Graded) -> str | None:
    """The header `title (id)` of the assignment in Canvas' own gradebook, where the roster was one."""
    title = graded.title
    wanted = {_letters(name) for name in (graded.name, title, f"{graded.name[:2]}{title}")}
    found = [
        column
        for column in graded.columns
        if (match := re.fullmatch(r"(.*) \([0-9]+\)", column)) and _letters(match[1]) in wanted
    ]
    return found[0] if len(found) == 1 else None


def _letters(title: str) -> str:
    return "".join(character for character in title.casefold() if character.isalnum())


WORKSHEET = ["Identifier", "Full name", "Email address", "Grade", "Last modified (grade)"]
FEEDBACK = "Feedback comments"
# What one of Moodle's two imports finds a student by: the worksheet's, else the gradebook's.
MOODLE_IDS = ("Identifier", "Email address", "ID number", "Username")


def _moodle(graded: list[Graded]) -> tuple[Rows, list[str]]:
    """The grading worksheet of one assignment, with marks and feedback filled in and all else as it came."""
    if len(graded) != 1:
        names = ", ".join(one.name for one in graded)
        raise Refusal(f"Moodle imports the marks of one assignment at a time: name one of {names}")
    one, lines = graded[0], []
    columns = list(one.columns) if "Identifier" in one.columns else list(WORKSHEET)
    columns += [c for c in MOODLE_IDS if c in one.columns and c not in columns]
    columns += [c for c in ("Grade", FEEDBACK) if c not in columns]
    rows = [[defused(column) for column in columns]]
    for student, mark in one.marked.items():
        record = one.roster.get(student, {})
        id = next((column for column in MOODLE_IDS if record.get(column, "").strip()), None)
        # The import has to find it unchanged, so what would have to be defused cannot go.
        if id is None or defused(record[id]) != record[id]:
            why = (
                f"whose {id} looks like a formula" if id else "whom no roster gives an id of Moodle"
            )
            lines.append(f"{printable(student)}: is left out, {why}")
            continue
        top = _points(record.get("Maximum Grade", record.get("Maximum grade", "")))
        if top is not None and mark.total > top:
            lines.append(
                f"{printable(student)}: Moodle skips {number(mark.total)}, above its maximum of {number(top)}"
            )
        cells = {"Last modified (grade)": "-"} | record
        cells |= {
            "Grade": number(mark.total),
            FEEDBACK: _feedback(mark),
        }
        rows.append([defused(cells.get(column, "")) for column in columns])
    if len(rows) == 1:
        raise Refusal(
            "nobody has an id of Moodle's: collect with --lms moodle, or its worksheet as --roster"
        )
    return rows, lines


def _feedback(mark: StudentMarks) -> str:
    """A few lines of HTML, as Moodle keeps them; nothing of a student's is markup in it."""
    said = [f"{number(mark.total)} of {number(mark.max)} points"]
    for what, points in (("by hand", mark.by_hand), ("bonus", mark.bonus)):
        said += [f"{number(points)} of these {what}"] if points else []
    said += [f"{number(mark.taken)} lost for being late"] if mark.taken else []
    said += [f"not marked yet: {', '.join(mark.pending)}"] if mark.pending else []
    lines = ["; ".join(said)]
    for name, exercise in mark.result["exercises"].items():
        messages = "".join(f" {finding['message']}" for finding in exercise["findings"])
        lines.append(f"{name} {number(exercise['score'])}/{number(exercise['max'])}{messages}")
    return "<br>".join(html.escape(line, quote=False) for line in lines)


# --- cells


def number(points: float) -> str:
    """At most two decimals, which is what Canvas keeps."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def _points(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe before what begins like one.

    Reversible, so that no id is lost: one that begins with an apostrophe gets another, and a reader takes one off.
    """
    first = unicodedata.normalize("NFKC", cell.lstrip())[:1]
    begins = first and first in "=+-@'" or cell[:1] in ("\t", "\r", "\n")
    # Moodle's sign for no time is no formula, and its import reads it.
    return f"'{cell}" if begins and cell != "-" else cell
