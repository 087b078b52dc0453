"""solutions/**/*.py, the one source, to the notebooks that are built from it: the same bytes every time."""

import copy
import os
import re
import tempfile
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from autograde.syllabus import ROOT, Notebook, syllabus


class CellFailed(Exception):
    """A cell of a walkthrough raised; nothing was written."""


WIDGET = "application/vnd.jupyter.widget-view+json"
STILL_WIDGET = "(A widget stands here while the notebook runs.)"
BADGES = "<!-- badges -->"  # stands in a notebook's first cell, where the links go
WHEEL = "<!-- wheel -->"  # stands in the set-up cell, where the address of the wheel of utils goes


def read_source(notebook: Notebook) -> NotebookNode:
    """The notebook that a py:percent source describes, without outputs."""
    nb = jupytext.read(notebook.source, fmt="py:percent")
    for index, cell in enumerate(nb.cells):
        cell.metadata.pop("lines_to_next_cell", None)
        # jupytext drops ids: these are the same in every build, and follow a cell with a name of its own.
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.id = grade_id or f"{cell.cell_type}-{index:03d}"
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(BADGES, _badges(notebook))
        else:
            cell.source = cell.source.replace(WHEEL, wheel_address())
    nb.metadata = NotebookNode(
        kernelspec={
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        language_info={"name": "python"},
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    nbformat.validate(nb)
    return nb


def _badges(notebook: Notebook) -> str:
    # Words, not the badge's picture: that one would be fetched from afar whenever the notebook opens.
    course = syllabus()
    path = f"course/{notebook.folder}/{notebook.folder}.ipynb"
    address = f"https://colab.research.google.com/github/{course.repository}/blob"
    return f"[Open in Colab]({address}/{course.branch}/{path})"


def wheel_address() -> str:
    """Where Colab fetches the wheel of `utils`: from the release of this version in the repository of course.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    releases = f"https://github.com/{syllabus().repository}/releases"
    return f"{releases}/download/v{version}/{name}-{version}-py3-none-any.whl"


def build(notebook: Notebook, execute: bool = False) -> Path:
    """Write the walkthrough: the source as a notebook, with the outputs of `execute` or those that still hold."""
    nb = read_source(notebook)
    if execute:
        run(nb, notebook)
    else:
        _keep_outputs(nb, notebook.walkthrough)
    write(nb, notebook.walkthrough)
    return notebook.walkthrough


def run(nb: NotebookNode, notebook: Notebook) -> None:
    """Execute a notebook in place. Raises CellFailed where a cell fails."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    client = NotebookClient(
        nb,
        timeout=900,
        coalesce_streams=True,  # a kernel that is busy sends a line in pieces
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(notebook.source.parent)}},
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            saved = Path(folder) / notebook.walkthrough.name
            write(nb, saved)
            # The last cell looks at the file, and JupyterLab would tell it which.
            client.execute(env=os.environ | {"JPY_SESSION_NAME": str(saved)})
    except CellExecutionError as error:
        cell = next(
            c for c in nb.cells if any(o.output_type == "error" for o in c.get("outputs", []))
        )
        raise CellFailed(f"cell {cell.id}: {error.ename}: {error.evalue}") from None
    for cell in nb.cells:
        cell.metadata.pop("execution", None)  # time stamps
    _still_widgets(nb)
    nb.metadata.language_info = NotebookNode(name="python")


def _still_widgets(nb: NotebookNode) -> None:
    """A sentence in place of each widget: without a kernel it does nothing, and its ids differ in every run."""
    nb.metadata.pop("widgets", None)
    for output in (output for cell in _code(nb) for output in cell.outputs):
        if WIDGET in output.get("data", {}):
            output["data"] = NotebookNode({"text/plain": STILL_WIDGET})


def write(nb: NotebookNode, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_text(nb), encoding="utf-8", newline="\n")


def to_text(nb: NotebookNode) -> str:
    return nbformat.writes(nb) + "\n"


def _keep_outputs(nb: NotebookNode, old_path: Path) -> None:
    """Take over the outputs of cells that no change of code, in them or above them, has touched."""
    if not old_path.exists():
        return
    old = nbformat.read(old_path, as_version=4)
    for new_cell, old_cell in zip(_code(nb), _code(old), strict=False):
        if _wherever(new_cell.source) != _wherever(old_cell.source):
            return
        new_cell.outputs = old_cell.outputs
        new_cell.execution_count = old_cell.execution_count


def _wherever(source: str) -> str:
    """The source without the address of the wheel: another repository changes nothing that was run."""
    return re.sub(r"https://github\.com/\S+\.whl", WHEEL, source)


def _code(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def _without_outputs(nb: NotebookNode) -> NotebookNode:
    bare = copy.deepcopy(nb)
    for cell in _code(bare):
        cell.outputs, cell.execution_count = [], None
    bare.metadata.pop("widgets", None)  # the state of widgets is an output too
    return bare


def stale(notebook: Notebook) -> list[str]:
    """What is committed and out of step with the source, in sentences; nothing is run."""
    from autograde.release import release_text

    problems = []
    if not notebook.walkthrough.exists():
        problems.append(f"{notebook.walkthrough} is missing: run `autograde build`")
    else:
        committed = nbformat.read(notebook.walkthrough, as_version=4)
        if to_text(_without_outputs(committed)) != to_text(read_source(notebook)):
            problems.append(f"{notebook.walkthrough} is stale: run `autograde build`")
        elif any(cell.execution_count is None for cell in _code(committed) if cell.source):
            problems.append(
                f"{notebook.walkthrough} lacks outputs: run `autograde build --execute`"
            )
    if not notebook.released.exists():
        problems.append(f"{notebook.released} is missing: run `autograde release`")
    elif notebook.released.read_text(encoding="utf-8") != release_text(notebook):
        problems.append(f"{notebook.released} is stale: run `autograde release`")
    return problems
