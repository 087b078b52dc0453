"""Who is in a class, as an LMS lists them, and what its import of marks will want to know of them again."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograde.names import LONGEST, folded, normalized, why_no_file, why_no_student

FILE = "roster.json"  # beside the submissions, and copied beside the gradebook
MAX_BYTES = 32 << 20
# What identifies a student for good, the best first. Moodle's "Identifier" is another in each assignment.
LASTING = (
    ("student", "student id", "id", "id number", "idnumber", "username", "sis login id")
    + ("email address", "email", "identifier")
)  # fmt: skip
NAMES: tuple[tuple[str, ...], ...] = (
    ("full name",),
    ("student",),
    ("name",),
    ("first name", "last name"),
    ("first name", "surname"),
    ("last name", "first name"),
)


class BadRoster(ValueError):
    """No roster can be read from the file. The message is a sentence."""


@dataclass(frozen=True)
class Roster:
    """The rows of a CSV file with a header, each with the name of the folder that its student gets.

    columns: as in the file. students: student -> column -> cell.
    """

    columns: list[str]
    students: dict[str, dict[str, str]]
    _by_id: dict[str, list[str]] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    _names_too: bool = False  # even where there are ids

    def find(self, lms_id: str, name: str) -> str | None:
        """The student with this id of the LMS, or, where the file lists no such ids, the only one of this name."""
        found = self._by_id.get(folded(lms_id), [])
        if not found and (self._names_too or not self._by_id):
            found = self._by_name.get(_letters(name), [])
        return found[0] if len(found) == 1 else None


def read_roster(path: Path, lms: str) -> Roster:
    """The roster in a CSV file: Canvas' gradebook, Moodle's grading worksheet or participants, or any other.

    lms: "canvas", "moodle" or "plain". Raises BadRoster.
    """
    header, *rows = _cells(path)
    columns = [cell.strip() for cell in header]
    padded = [row + [""] * (len(columns) - len(row)) for row in rows if any(map(str.strip, row))]
    records = [dict(zip(columns, row, strict=False)) for row in padded]
    if lms == "canvas":
        if not {"Student", "ID"} <= set(columns):
            raise BadRoster(
                f"{path} has no columns Student and ID: export the gradebook from Canvas"
            )
        # Above the students are rows about the assignments.
        records = [record for record in records if re.fullmatch(r"\d+", record["ID"].strip())]
        key = "ID"
    else:
        key = _key_column(columns, records, path)
    roster = Roster(columns, {}, _names_too=lms == "plain")
    for record in records:
        student = _student(key, record)
        if student in roster.students:  # listed once for each of two sections
            continue
        if _why_no_key(student):
            raise BadRoster(f"{path}: {student[:60]!r} in the column {key} can name no folder")
        roster.students[student] = record
        # Numbers of one kind may be another student's of another kind: each LMS has its own.
        ids = {
            "canvas": [record.get("ID", "")],
            "moodle": [participant(record.get("Identifier", ""))],
            "plain": [student, *(v for c, v in record.items() if c.casefold() in LASTING)],
        }[lms]
        for value in {folded(id.strip()) for id in ids} - {""}:
            roster._by_id.setdefault(value, []).append(student)
        for words in {_letters(words) for words in _names(record)} - {""}:
            roster._by_name.setdefault(words, []).append(student)
    return roster


def participant(identifier: str) -> str:
    """The number at the end of Moodle's `Participant 123`."""
    return identifier.strip().rpartition(" ")[2]


def _cells(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadRoster(f"{path} is too large to be a roster")
        data = path.read_bytes()
    except OSError:
        raise BadRoster(f"there is no roster {path} that can be read") from None
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeError:
        text = data.decode("cp1252", errors="replace")  # as Excel saves it in the west
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadRoster(f"{path} is no CSV file: {error}") from None
    if not rows or not any(rows[0]):
        raise BadRoster(f"{path} has no header")
    return rows


def _key_column(columns: list[str], records: list[dict[str, str]], path: Path) -> str:
    """The column that names the students' folders: the best that is filled in and different for all."""
    known = {column.casefold(): column for column in columns}
    for column in [known[name] for name in LASTING if name in known] or columns[:1]:
        values = [folded(_student(column, record)) for record in records]
        if len(set(values)) == len(values) and not any(map(_why_no_key, values)):
            return column
    raise BadRoster(
        f"{path} has no column that tells all students apart (one of: {', '.join(LASTING)})"
    )


def _student(column: str, record: dict[str, str]) -> str:
    value = normalized(record[column].strip())
    return f"participant-{participant(value)}" if column == "Identifier" else value


def _why_no_key(student: str) -> str:
    hidden = "it is hidden" if student.startswith(".") or len(student) > LONGEST else ""
    return hidden or why_no_student(student) or why_no_file(student)


def _names(record: dict[str, str]) -> Iterator[str]:
    cells = {column.casefold(): value for column, value in record.items()}
    for columns in NAMES:
        if all(column in cells for column in columns):
            yield " ".join(cells[column] for column in columns)


def _letters(name: str) -> str:
    """What is left of a name when an LMS has made a file name of it."""
    return "".join(character for character in folded(name) if character.isalnum())


# --- What is kept of it


def keep(folder: Path, notebook: str, lms: str, columns: list[str], students: dict) -> None:
    """Add what is known of these students to roster.json in `folder`, whole or not at all."""
    kept = read_kept(folder)
    entry = kept.setdefault(notebook, {"columns": [], "students": {}})
    entry["lms"] = lms
    entry["columns"] = columns or entry["columns"]
    for student, record in students.items():
        entry["students"][student] = entry["students"].get(student, {}) | record
    path = folder / FILE
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def read_kept(folder: Path) -> dict[str, Any]:
    """notebook -> {"lms", "columns", "students": student -> column -> cell}, as `keep` wrote it; {} where it did not."""
    try:
        return json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
