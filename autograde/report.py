"""The class in a browser: how the marks lie, what was not understood, what is still to be done. For the instructor only."""

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat

from autograde.gradebook import ClassFolder
from autograde.judged import Cell, judged_cells
from autograde.marks import GENERAL, ClassMarks, StudentMarks, read_marks
from autograde.page import plain_text, render
from autograde.similar import Pair, runs, similar_pairs
from autograde.syllabus import syllabus

BINS = 10  # of the distribution, and one more for the maximum and above
FINDINGS = 40  # that are listed
PAIRS = 100  # that are listed, and of these laid side by side:
SIDE_BY_SIDE = 20
ANSWERS = 8  # of a pair that are shown


def write_report(output: Path, names: list[str]) -> Path:
    """Write the report on the notebooks named, or on all that were graded into `output`; returns its path.

    Raises NothingGraded.
    """
    page = output / "report" / "index.html"
    notebooks = [_notebook(marked, output) for marked in read_marks(output, names)]
    page.parent.mkdir(parents=True, exist_ok=True)
    text = render("report.html.j2", course=syllabus().title, notebooks=notebooks)
    temporary = page.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(page)
    return page


def _notebook(marked: ClassMarks, output: Path) -> dict[str, Any]:
    """All that the page says of one notebook, as plain data."""
    everyone = list(marked.students.values())
    read = [marks for marks in everyone if marks.result["status"] != "failed"]
    cells = {marks.student: judged_cells(output, marks.student, marked.notebook) for marks in read}
    exercises = _exercises(read, cells)
    findings = _findings(read)
    return {
        "id": marked.notebook,
        "title": marked.title,
        "students": len(everyone),
        "read": len(read),
        "max": max((marks.max for marks in read), default=0.0),
        "totals": _quartiles([marks.total for marks in read]),
        "seconds": _quartiles([marks.result["seconds"] for marks in everyone]),
        "bins": _bins(read),
        "exercises": exercises,
        "talk": _talk(exercises, findings),
        "findings": findings[:FINDINGS],
        "more_findings": len(findings[FINDINGS:]),
        "problems": _problems(everyone),
        "pending": [(_name(m.student), m.pending) for m in read if m.pending],
        "failed": [(_name(m.student), _why(m)) for m in everyone if m.result["status"] == "failed"],
        "refused": [(_name(r["name"]), r["reason"]) for r in marked.refused],
        "pairs": _pairs(cells, marked.notebook, output),
        "rows": [_row(marks, marked.notebook, output) for marks in everyone],
    }


def _name(student: str) -> str:
    return plain_text(student, 200)


def _why(marks: StudentMarks) -> str:
    messages = [p["message"] for p in marks.result["problems"] if p["code"] == "unreadable"]
    return plain_text(" ".join(messages), 500)


def _quartiles(values: list[float]) -> dict[str, float]:
    """Least, median, mean and most; zeros where there is nothing."""
    values = values or [0.0]
    return {
        "least": min(values),
        "median": statistics.median(values),
        "mean": statistics.fmean(values),
        "most": max(values),
    }


def _bins(read: list[StudentMarks]) -> list[dict[str, Any]]:
    """How many students have which share of the maximum, late penalty and bonus counted."""
    places = Counter(
        min(BINS, int(BINS * marks.total / marks.max + 1e-9)) if marks.max else 0 for marks in read
    )
    most = max(places.values(), default=0) or 1
    step = 100 // BINS
    labels = [f"{step * i} to {step * (i + 1) - 1} %" for i in range(BINS)] + ["100 % and more"]
    return [
        {"label": label, "start": step * i, "count": places[i], "height": places[i] / most}
        for i, label in enumerate(labels)
    ]


# --- exercises


def _exercises(read: list[StudentMarks], cells: dict[str, list[Cell]]) -> list[dict[str, Any]]:
    seconds = defaultdict(list)
    for of_student in cells.values():
        for cell in of_student:
            if cell.seconds is not None:
                seconds[cell.grade_id.removeprefix("test_")].append(cell.seconds)
    rows = []
    for name in dict.fromkeys(name for marks in read for name in marks.result["exercises"]):
        everybodys = [m.result["exercises"][name] for m in read if name in m.result["exercises"]]
        # What could not be judged is nobody's fault.
        results = [each for each in everybodys if each["passed"] or each["findings"]]
        found = [finding["id"] for result in results for finding in result["findings"]]
        passed = sum(result["passed"] for result in results)
        rows.append(
            {
                "name": name,
                "max": everybodys[0]["max"],
                "bonus": everybodys[0]["bonus"],
                "passed": passed,
                "of": len(results),
                "rate": passed / max(1, len(results)),
                "untried": found.count("not_implemented"),
                "lost": sum(result["max"] - result["score"] for result in results),
                "possible": sum(result["max"] for result in results),
                "seconds": statistics.median(seconds[name]) if seconds[name] else None,
            }
        )
    return rows


def _findings(read: list[StudentMarks]) -> list[dict[str, Any]]:
    """What was found, the most frequent first; misconceptions before what any exercise can get."""
    messages: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for marks in read:
        for name, result in marks.result["exercises"].items():
            for finding in result["findings"]:
                if finding["id"] != "not_implemented":
                    messages[name, finding["id"]][finding["message"]] += 1
    found = [
        {
            "exercise": name,
            "id": id,
            "named": id not in GENERAL,
            "students": said.total(),
            "message": plain_text(said.most_common(1)[0][0], 600),
        }
        for (name, id), said in messages.items()
    ]
    return sorted(found, key=lambda f: (not f["named"], -f["students"], f["exercise"], f["id"]))


def _talk(exercises: list[dict[str, Any]], findings: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The exercise that cost the class the most points, and what most of them ran into; None where none did."""

    def often(exercise: dict[str, Any]) -> dict[str, Any] | None:
        of_exercise = [each for each in findings if each["exercise"] == exercise["name"]]
        return max(of_exercise, key=lambda each: each["students"], default=None)

    costly = [each for each in exercises if each["lost"] and not each["bonus"]]
    if not costly:
        return None
    # Of equals the one where most share a mistake: there is something to explain.
    exercise = max(
        costly, key=lambda each: (each["lost"], (often(each) or {"students": 0})["students"])
    )
    return {"exercise": exercise, "often": often(exercise)}


# --- what is still to be done


def _problems(everyone: list[StudentMarks]) -> list[dict[str, Any]]:
    """What was put right or stopped: code, how many students, and an example."""
    students: dict[str, set[str]] = defaultdict(set)
    example: dict[str, str] = {}
    for marks in everyone:
        for problem in marks.result["problems"]:
            if problem["code"] != "unreadable":
                students[problem["code"]].add(marks.student)
                example.setdefault(problem["code"], plain_text(problem["message"], 300))
    rows = [
        {"code": code, "students": len(who), "example": example[code]}
        for code, who in students.items()
    ]
    return sorted(rows, key=lambda row: (-row["students"], row["code"]))


def _row(marks: StudentMarks, notebook: str, output: Path) -> dict[str, Any]:
    page = output / "feedback" / marks.student / f"{notebook}.html"
    link = f"../feedback/{quote(marks.student)}/{quote(notebook)}.html" if page.exists() else ""
    return {"name": _name(marks.student), "link": link, "marks": marks}


# --- near-identical submissions


@dataclass(frozen=True)
class _Sides:
    """An exercise of a pair: how alike, and both sources."""

    exercise: str
    share: float
    one: str
    other: str


def _pairs(cells: dict[str, list[Cell]], notebook: str, output: Path) -> dict[str, Any]:
    release = _given(output, notebook)
    answers = {
        student: {c.grade_id: c.source for c in of_student if c.theirs and c.grade_id in release}
        for student, of_student in cells.items()
    }
    found = similar_pairs(answers, release)
    return {
        "compared": len(answers),
        "found": len(found),
        "listed": [
            {
                "one": _name(pair.one),
                "other": _name(pair.other),
                "share": pair.share,
                "sides": _sides(pair, answers) if place < SIDE_BY_SIDE else [],
            }
            for place, pair in enumerate(found[:PAIRS])
        ],
    }


def _given(output: Path, notebook: str) -> dict[str, str]:
    """Exercise -> the source of its solution cell as it was given out."""
    path = ClassFolder(output).root / "release" / notebook / f"{notebook}.ipynb"
    given = {}
    for cell in nbformat.read(path, as_version=4).cells:
        marked = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and marked.get("solution"):
            given[marked["grade_id"]] = cell.source
    return given


def _sides(pair: Pair, answers: dict[str, dict[str, str]]) -> list[_Sides]:
    """The exercises that the two answered most alike."""
    one, other = answers[pair.one], answers[pair.other]
    sides = [
        _Sides(name, _share(one[name], other[name]), one[name], other[name])
        for name in one.keys() & other.keys()
    ]
    return sorted(sides, key=lambda each: (-each.share, each.exercise))[:ANSWERS]


def _share(one: str, other: str) -> float:
    return len(runs(one) & runs(other)) / max(1, len(runs(one) | runs(other)))
