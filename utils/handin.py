"""The last cell: what is answered, and is the file that will be handed in whole?"""

import ast
import itertools
import json
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
NO_WORDS = {"", "YOUR ANSWER HERE"}  # what nbgrader leaves in place of prose


def hand_in_report() -> None:
    """Print which exercises of this notebook are answered, and whether its file is whole.

    Looks at the saved file; in Colab, at the notebook as the browser shows it. An answer
    counts where it is there, right or wrong. Prints, never raises.
    """
    try:
        lines = _colab_lines() if "google.colab" in sys.modules else _file_lines()
    except Exception as error:  # whatever lies in the file: this cell must not stop anybody
        lines = [f"This notebook could not be looked at ({type(error).__name__}: {error})."]
    print("\n".join(lines))


def _colab_lines() -> list[str]:
    from google.colab import _message

    reply = _message.blocking_request("get_ipynb", request="", timeout_sec=30)
    if not reply:
        return ["Colab did not answer: run this cell again."]
    return [
        *_contents(reply["ipynb"]),
        "To keep your work: File → Save a copy in Drive.",
        "To hand it in: File → Download → Download .ipynb.",
    ]


def _file_lines() -> list[str]:
    path = _find_file()
    if path is None:
        return [f"The notebook's file is not in {Path.cwd()}: save it there and run this again."]
    try:
        nb = json.loads(path.read_text("utf-8"))
    except ValueError:
        return [f"{path.name} is not whole: save the notebook and run this again."]
    saved = time.strftime("%H:%M on %Y-%m-%d", time.localtime(path.stat().st_mtime))
    unsaved = _unsaved(nb["cells"])
    return [
        *_contents(nb),
        f"{path.name} was saved at {saved}.",
        f"What you ran last is not in it: {', '.join(unsaved)}. Save, and run this cell again."
        if unsaved
        else "Changed anything since? Save, and run this cell again.",
    ]


def _find_file() -> Path | None:
    """The file of the notebook that runs this, or None."""
    shell = _shell()
    told = [
        os.environ.get("JPY_SESSION_NAME"),  # Jupyter
        shell and shell.user_ns.get("__vsc_ipynb_file__"),  # Visual Studio Code
    ]
    for path in (Path(place) for place in told if place):
        if path.is_file():  # after a renaming it is not
            return path
    # Not everything that runs notebooks tells. The newest with this cell will be it.
    found = [path for path in Path().glob("*.ipynb") if b"hand_in_report()" in path.read_bytes()]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _shell() -> Any:
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def _contents(nb: dict[str, Any]) -> list[str]:
    """What is answered in a notebook, and which of its cells are lost or doubled."""
    cells = nb["cells"]
    ids = Counter(filter(None, map(_grade_id, cells)))
    if not ids:
        return ["No cell here is marked as an exercise: copy your answers into a fresh notebook."]
    answers = {_grade_id(cell): _source(cell) for cell in cells if _is_answer(cell, "code")}
    stretch = {  # without points in the notebook: what they give is bonus
        _grade_id(cell).removeprefix("test_") for cell in cells if _marks(cell).get("points") == 0
    }
    lines = _count("answered", {n: a for n, a in answers.items() if n not in stretch})
    if stretch:
        lines += _count(
            "stretch exercises answered", {n: a for n, a in answers.items() if n in stretch}
        )
    without_words = [
        _grade_id(cell)
        for cell in cells
        if _is_answer(cell, "markdown") and _source(cell).strip() in NO_WORDS
    ]
    if without_words:
        lines.append(f"Still without your words: {', '.join(without_words)}")
    released = nb["metadata"].get("next_token", {}).get("cells", ids)
    lost = [id for id in released if id not in ids]
    twice = [id for id, count in ids.items() if count > 1]
    if lost:
        lines.append(f"Lost: {', '.join(lost)}. Undo, or copy your answers into a fresh notebook.")
    if twice:
        lines.append(f"There twice: {', '.join(twice)}. Delete the copies.")
    return lines if lost or twice else [*lines, "All cells that count are there."]


def _count(what: str, answers: dict[str, str]) -> list[str]:
    """How many of these exercises are answered, and what the others lack."""
    lacking = defaultdict(list)
    for name, source in answers.items():
        lacking[_lack(name, source)].append(name)
    lines = [f"{len(lacking.pop('', []))} of {len(answers)} {what}"]
    return lines + [f"  {lack}: {', '.join(names)}" for lack, names in lacking.items()]


def _lack(name: str, source: str) -> str:
    """Why the cell of exercise `name` is no answer yet, "" where it is one."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return "Python cannot read it"
    value: Any = None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            value = node
        if isinstance(node, ast.Assign | ast.AnnAssign) and name in _targets(node):
            value = node.value
    stubs = (node for node in ast.walk(tree) if any(map(_is_stub, _reached(node))))
    empty = value is None or (isinstance(value, ast.Constant) and value.value is None)
    return "still open" if empty or any(stubs) else ""


def _targets(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _reached(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements of a block up to its `return`: a stub left standing behind it does nothing."""
    body = getattr(node, "body", None)
    if isinstance(body, list):
        yield from itertools.takewhile(lambda each: not isinstance(each, ast.Return), body)


def _is_stub(node: ast.stmt) -> bool:
    """Whether this is the line that a release has in place of a solution."""
    return isinstance(node, ast.Raise) and "NotImplementedError('exercise" in ast.unparse(node)


def _unsaved(cells: list[Cell]) -> list[str]:
    """Exercises whose answer was run last in a form that no cell of the file has."""
    shell = _shell()
    ran = shell.history_manager.input_hist_raw if shell else []
    saved = {_source(cell).strip() for cell in cells}
    found = []
    for name in (_grade_id(cell) for cell in cells if _is_answer(cell, "code")):
        answer = re.compile(rf"^(?:def|class) {name}\b|^{name}\b[^=\n]*=(?!=)", re.M)
        last = [text.strip() for text in ran if answer.search(text)][-1:]
        if last and last[0] not in saved:
            found.append(name)
    return found


def _marks(cell: Cell) -> dict[str, Any]:
    return cell["metadata"].get("nbgrader", {})


def _grade_id(cell: Cell) -> str:
    return _marks(cell).get("grade_id", "")


def _is_answer(cell: Cell, kind: str) -> bool:
    return bool(_marks(cell).get("solution")) and cell["cell_type"] == kind


def _source(cell: Cell) -> str:
    return "".join(cell["source"])  # one text, or a list of lines
