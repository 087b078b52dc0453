"""What comes back to a student: one page for each notebook, made from results and gradebook through an allow-list.

Nothing is taken over because it is there. Of the judged notebook: sources, printed text, results as text, names and texts of
errors, and pictures drawn anew from their pixels. Never HTML, SVG, a traceback, a hidden check or anything of a test cell.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograde.judged import Cell, joined, judged_cells
from autograde.marks import GENERAL, ClassMarks, Mark, StudentMarks, read_marks
from autograde.page import TEXT, picture, plain_text, points, render, without_paths
from autograde.syllabus import syllabus

MESSAGE = 2_000  # characters of a finding or a comment that are shown
PROSE = 20_000  # characters of a hand-graded answer
OUTPUTS = 8  # of a cell
PICTURES = 12  # of a page
OWN_CELLS = 30

# What was put right or stopped, in the student's words. Codes that say nothing to a student have no entry.
PROBLEMS = {
    "encoding": "Your file was not saved as UTF-8. It was read all the same.",
    "nul_bytes": "Your file held empty bytes. They were left out.",
    "old_format": "Your notebook was in an old format and was converted.",
    "newer_format": "Your notebook is in a newer format than the grader knows. It was read all the same.",
    "cell_damaged": "Some cells of your file were damaged. What could be read was taken.",
    "other_name": "Your file had another name than this notebook has. It was taken all the same.",
    "several_notebooks": "You handed in several notebooks, and the newest was marked. Is it the one you meant?",
    "in_subfolder": "Your notebook lay in a folder within your hand-in. It was found there.",
    "file_refused": "Links and other things that are no plain files were left aside.",
    "metadata_stripped": "Your notebook had lost the labels that tell its exercises apart; some editors drop them. Your answers "
    "were recognised by what they define. Do you find each of them below?",
    "metadata_changed": "The label of a cell was lost or changed, and was put right.",
    "unknown_grade_id": "Some cells carry labels that this notebook does not have. They were read as cells of your own.",
    "cell_type_changed": "A cell had changed between code and text, and was turned back.",
    "locked_cell_changed": "A locked cell was changed, and was put right. Write in the answer's cell, or in a new one.",
    "cell_restored": "A cell of the notebook was missing, and was put back.",
    "cells_reordered": "Cells had been moved. They ran in the notebook's own order.",
    "matched_by_definition": "A cell without its label was taken for your answer, because it defines the name asked for.",
    "matched_by_similarity": "A cell without its label was taken for your answer, because it is alike and in its place.",
    "matched_by_position": "A cell without its label was taken for your answer, because it is in its place.",
    "duplicated": "A cell was there more than once. All copies ran, in the order found.",
    "stub_skipped": "You answered in a cell of your own above the one meant for it. That counted.",
    "solution_missing": "The cell for this answer was missing.",
    "other_release": "You worked on another version of this notebook. Fetch the present one before you hand in again.",
    "cell_time": "A cell ran for too long and was stopped.",
    "cell_memory": "A cell took more memory than there is and was stopped.",
    "cell_disk": "A cell wrote where nothing may be written and was stopped.",
    "cell_died": "A cell ended the Python process. The others ran again without it.",
    "cell_notebook": "The notebook had used up its time. The cells from there on did not run.",
    "kernel_lost": "Cells ended the Python process again and again. From there on each answer was marked alone.",
    "other_notebook": "This is another notebook: it shares no exercise with this one. Did you hand in the right file?",
    "other_weights": "This transcript was made with other weights of the model than the grader has.",
    "not_judged": "This could not be marked by the program, through no fault of yours. A person looks at it.",
    "grader_failed": "The grader failed, through no fault of yours. Your instructor has been told.",
}


def write_feedback(
    output: Path, names: list[str], on_page: Callable[[Path], None] = lambda path: None
) -> Path:
    """Write a page for every student and notebook graded into `output`; returns the folder of the pages.

    names: notebooks, or all that were graded. on_page is called with each page written. Raises NothingGraded.
    """
    folder = output / "feedback"
    for marked in read_marks(output, names):
        for student, marks in marked.students.items():
            page = folder / student / f"{marked.notebook}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            text = feedback_page(marked, marks, judged_cells(output, student, marked.notebook))
            temporary = page.with_suffix(".part")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(page)
            on_page(page)
    return folder


def feedback_page(marked: ClassMarks, marks: StudentMarks, cells: list[Cell]) -> str:
    """One student's page. cells: those of the judged notebook."""
    pictures = iter(range(PICTURES))
    shown = {cell.grade_id: cell for cell in cells if cell.theirs}
    exercises = [
        _exercise(name, result, marks.exercises.get(name), shown.get(name), pictures)
        for name, result in marks.result["exercises"].items()
    ]
    prose = [
        {
            "name": name,
            "mark": mark,
            "comment": _said(mark.comment),
            "text": plain_text(shown[name].source, PROSE) if name in shown else "",
        }
        for name, mark in marks.prose.items()
    ]
    answered = {*marks.result["exercises"], *marks.prose}
    own = [
        {
            "kind": cell.kind,
            "source": cell.source,
            "outputs": list(_outputs(cell, pictures)),
        }
        for cell in cells
        if cell.theirs and cell.grade_id not in answered and cell.source.strip()
    ]
    return render(
        "feedback.html.j2",
        course=syllabus().title,
        title=marked.title,
        student=plain_text(marks.student, 300),
        marks=marks,
        sums=_sums(marks),
        late=_duration(marks.seconds_late),
        failed=_why_failed(marks),
        problems=_problems(marks),
        exercises=exercises,
        prose=prose,
        own=own[:OWN_CELLS],
        not_shown=len(own[OWN_CELLS:]),
    )


def _sums(marks: StudentMarks) -> list[tuple[str, float, str]]:
    """The lines that add up to the total: label, points, 'of' how many."""
    of_program = marks.max - marks.by_hand_max
    lines = [("Marked by the program", marks.auto, f"of {points(of_program)}")]
    if marks.persons:
        lines.append(("Marked by a person", marks.by_hand, f"of {points(marks.by_hand_max)}"))
    if marks.bonus_max or marks.bonus:
        lines.append(("Bonus", marks.bonus, f"up to {points(marks.bonus_max)}"))
    if marks.penalty or marks.seconds_late:
        lines.append(("Handed in late", -marks.taken, ""))
    return lines


def _duration(seconds: float) -> str:
    """A time in words: '2 days', '3 h 5 min', '4 min'; nothing for none."""
    minutes = -(-int(seconds) // 60)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min" if seconds else ""


def _why_failed(marks: StudentMarks) -> str:
    """Why nothing could be read, in the grader's own sentence."""
    if marks.result["status"] != "failed":
        return ""
    messages = [p["message"] for p in marks.result["problems"] if p["code"] == "unreadable"]
    return _said(" ".join(messages)) or "No notebook could be read."


def _problems(marks: StudentMarks) -> list[tuple[str, list[str]]]:
    """Each sentence with the exercises that it is about."""
    known = {*marks.result["exercises"], *marks.prose}
    where: dict[str, list[str]] = defaultdict(list)
    for problem in marks.result["problems"]:
        if sentence := PROBLEMS.get(problem["code"]):
            cell = str(problem["cell"] or "").removeprefix("test_").removeprefix("try_")
            names = where[sentence]
            if cell in known and cell not in names:
                names.append(cell)
    return list(where.items())


def _exercise(
    name: str,
    result: dict[str, Any],
    mark: Mark | None,
    cell: Cell | None,
    pictures: Iterator[int],
) -> dict[str, Any]:
    score, by_hand = result["score"], None
    if mark:
        score = mark.score + mark.extra if result["bonus"] else mark.score
        by_hand = mark.by_hand
    tried = "not_implemented" not in [finding["id"] for finding in result["findings"]]
    return {
        "name": name,
        "score": score,
        "max": result["max"],
        "bonus": result["bonus"],
        "program": result["score"],
        "by_hand": by_hand is not None,
        "state": _state(result, mark, tried),
        "findings": [
            {
                "misconception": None if finding["id"] in GENERAL else finding["id"],
                "message": _said(finding["message"]),
            }
            for finding in result["findings"]
        ],
        "comment": _said(mark.comment) if mark else "",
        "source": cell.source if cell else "",
        "outputs": list(_outputs(cell, pictures)) if cell else [],
    }


def _state(result: dict[str, Any], mark: Mark | None, tried: bool) -> str:
    if mark and mark.pending:
        return "waiting"
    if mark and mark.by_hand is not None:
        return "read"
    if result["passed"]:
        return "passed"
    return "failed" if tried else "untried"


def _said(text: str) -> str:
    return without_paths(plain_text(text, MESSAGE))


def _outputs(cell: Cell, pictures: Iterator[int]) -> Iterator[dict[str, str]]:
    """The kinds of output that are shown, each as {"text": …} or {"picture": …}; the rest is passed over."""
    left = OUTPUTS
    for output in cell.outputs:
        shown = _output(output, pictures)
        if shown is None:
            continue
        if not left:
            yield {"text": "… Further outputs are not shown."}
            return
        left -= 1
        yield shown


def _output(output: dict[str, Any], pictures: Iterator[int]) -> dict[str, str] | None:
    match output.get("output_type"):
        case "stream" if output.get("name") == "stdout":
            text = joined(output.get("text", ""))
        case "error":
            text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
        case "execute_result" | "display_data":
            data = output.get("data", {})
            for kind in ("image/png", "image/jpeg"):
                if kind in data and next(pictures, None) is not None:
                    drawn = picture(joined(data[kind]))
                    if drawn:
                        return {"picture": drawn}
            text = joined(data.get("text/plain", ""))
        case _:
            return None
    text = without_paths(plain_text(text, TEXT))
    return {"text": text} if text.strip() else None
