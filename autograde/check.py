"""A learner marks their own notebook with the hidden checks, in a fresh kernel and on a copy of the file."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograde.exercise import Finding
from autograde.marking import Verdict
from autograde.syllabus import Notebook, syllabus

VERDICT = "application/vnd.next-token.verdict+json"
CELL_SECONDS = 300


class UnreadableNotebook(ValueError):
    """A file that is not a notebook."""


def check(path: Path, progress: Callable[[int, int], None]) -> list[Verdict]:
    """A verdict for every exercise of the notebook at `path`; the file itself is not changed.

    All cells run from top to bottom, and each exercise is judged at its test cell, on what stands there then.
    `progress(cells done, cells)` is called after each cell. Raises UnknownNotebook or UnreadableNotebook.
    """
    notebook = syllabus().notebook(path)
    nb = _read(path)
    _put_judges(nb, notebook)
    _run(nb, path.parent, progress)
    verdicts = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            verdict = output.get("data", {}).get(VERDICT)
            if verdict:
                for field in ("findings", "remarks"):
                    verdict[field] = [Finding(**finding) for finding in verdict[field]]
                verdicts[verdict["name"]] = Verdict(**verdict)
    return [
        verdicts.get(name) or Verdict(name, 0.0, float(points), problem="its test cell did not run")
        for name, points in notebook.exercises.items()
    ]


def _read(path: Path) -> NotebookNode:
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
    except FileNotFoundError:
        raise UnreadableNotebook(f"{path} does not exist") from None
    except Exception as error:  # nbformat lets through whatever the JSON provokes
        reason = str(error).strip().partition("\n")[0][:200]
        raise UnreadableNotebook(f"{path} is not a notebook: {reason}") from None
    return nb


def _put_judges(nb: NotebookNode, notebook: Notebook) -> None:
    """Every test cell judges its exercise; where a test cell is gone, one is put at the end."""
    cells = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): cell
        for cell in nb.cells
        if cell.cell_type == "code"
    }
    for name in notebook.exercises:
        cell = cells.get(f"test_{name}")
        if cell is None:
            cell = nbformat.v4.new_code_cell()
            nb.cells.append(cell)
        cell.source = (
            f"from autograde.marking import show_verdict\nshow_verdict({name!r}, globals())"
        )


def _run(nb: NotebookNode, folder: Path, progress: Callable[[int, int], None]) -> None:
    done = 0

    def count(**_) -> None:
        nonlocal done
        done += 1
        progress(done, len(nb.cells))

    client = NotebookClient(
        nb,
        timeout=CELL_SECONDS,
        interrupt_on_timeout=True,
        allow_errors=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder.resolve())}},
        on_cell_complete=count,
    )
    # What was judged before a kernel died stands; the rest has no verdict.
    with contextlib.suppress(DeadKernelError):
        client.execute()
