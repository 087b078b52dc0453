"""The bank in tests/submissions/: for every exercise, answers known to be right or wrong, one file each.

A file is what a student has in the solution cell. Its first line says `# right: <style>` or `# wrong: <finding id>`.
The reference solutions, which the notebooks' sources hold, are here too.
"""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograde.build import read_source
from autograde.marking import FIXED_SECRET, InProcess, Verdict, judge
from autograde.syllabus import ROOT, Notebook, syllabus

SUBMISSIONS = ROOT / "tests" / "submissions"


@dataclass(frozen=True)
class Answer:
    exercise: str
    path: Path
    finding: str | None  # None: the answer is right

    @property
    def name(self) -> str:
        return f"{self.exercise}/{self.path.stem}"

    @property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @functools.cache  # noqa: B019 (there are as many answers as files in the bank)
    def judged(self, secret: str = FIXED_SECRET) -> Verdict:
        """The verdict on this answer alone, judged in this process, once."""
        return judge_source(self.exercise, self.source, secret)


def judge_source(exercise: str, source: str, secret: str = FIXED_SECRET) -> Verdict:
    """The verdict on this source alone, judged in this process. Raises what the source raises."""
    namespace = {"__name__": "__main__"}
    exec(compile(source, f"<{exercise}>", "exec"), namespace)
    return judge(exercise, InProcess(namespace), secret)


def answers(notebook: Notebook) -> list[Answer]:
    """Every answer in the bank of a notebook, in order. Raises ValueError for a file without its first line."""
    found = []
    for exercise in notebook.exercises:
        for path in sorted((SUBMISSIONS / notebook.folder / exercise).glob("*.py")):
            kind, _, text = path.read_text(encoding="utf-8").partition("\n")[0].partition(": ")
            if kind not in ("# right", "# wrong") or not text:
                raise ValueError(
                    f"{path}: the first line must be `# right: <style>` or `# wrong: <finding>`"
                )
            finding = text.strip() if kind == "# wrong" else None
            found.append(Answer(exercise, path, finding))
    return found


def grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def solutions(notebook: Notebook) -> dict[str, str]:
    """Exercise -> the source of its solved cell."""
    sources = {grade_id(cell): cell.source for cell in read_source(notebook).cells}
    return {exercise: sources[exercise] for exercise in notebook.exercises}


@functools.cache
def references(folder: str) -> dict[str, Any]:
    """The names of a solved notebook: its imports and every reference solution, run in this process, once."""
    notebook = syllabus().notebook(folder)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec("\n".join([imports(notebook), *solutions(notebook).values()]), namespace)
    return namespace


def imports(notebook: Notebook) -> str:
    """The import statements of a notebook: what a solved cell needs to run alone."""
    from IPython.core.inputtransformer2 import TransformerManager

    found = []
    for cell in read_source(notebook).cells:
        if cell.cell_type == "code" and grade_id(cell) is None:
            # A cell may hold magics, which are no Python before they are transformed.
            tree = ast.parse(TransformerManager().transform_cell(cell.source))
            found += [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))
