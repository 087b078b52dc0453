"""Which cells of a rebuilt notebook have to run for its marks.

What the student wrote or changed always runs. A cell that is still as released runs only if something that runs uses a
name that it binds; a picture, a prediction or a walk through the real model that nobody changed need not.
"""

import ast
import builtins
import symtable
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

# Code that uses one of these may use any name without writing it.
LOOKS_ANYWHERE = {"globals", "locals", "vars", "eval", "exec", "get_ipython"}


def needed_cells(nb: NotebookNode) -> set[int]:
    """Indices of the code cells to run, tests not among them (`metadata.next_token.origin`: autograde.repair)."""
    code = {i: cell for i, cell in enumerate(nb.cells) if cell.cell_type == "code"}
    names = {i: _names(cell.source) for i, cell in code.items()}
    given = {i for i, cell in code.items() if _as_released(cell)}
    needed = {i for i in code if i not in given and not is_test(code[i])}
    # A module is not changed by calling what is in it: seeds and settings are reset before every judged call.
    modules = set().union(*(cell.imported for cell in names.values() if cell))
    if any(cell and cell.used & LOOKS_ANYWHERE for i, cell in names.items() if i in needed):
        return needed | given
    waiting = list(needed)
    while waiting:
        reads = names[waiting.pop()]
        if reads is None:
            continue  # a cell that is no Python uses nothing
        for i in given - needed:
            binds = names[i]
            if binds is None or (binds.bound | (binds.changed - modules)) & reads.used:
                needed.add(i)
                waiting.append(i)
    return needed


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell carries points that are not given by hand."""
    metadata = cell.metadata.get("nbgrader", {})
    return bool(metadata.get("grade")) and not metadata.get("solution")


def _as_released(cell: NotebookNode) -> bool:
    metadata = cell.metadata.get("nbgrader", {})
    return (
        cell.metadata.get("next_token", {}).get("origin") == "release"
        and not metadata.get("solution")
        and not metadata.get("grade")
    )


def hides_builtins(source: str) -> bool:
    """Whether a cell gives a name of Python's own, such as `len`, another meaning in the whole notebook."""
    names = _names(source)
    return names is not None and bool(names.bound & set(dir(builtins)))


class _Names(NamedTuple):
    """The global names of a cell: bound, changed in place (perhaps), used, imported."""

    bound: set[str]
    changed: set[str]
    used: set[str]
    imported: set[str]


def _names(source: str) -> _Names | None:
    """None for what is no Python."""
    try:
        python = TransformerManager().transform_cell(source)
        tree = ast.parse(python)
        scopes = [symtable.symtable(python, "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    bound: set[str] = set()
    changed: set[str] = set()
    used: set[str] = set()
    imported: set[str] = set()
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        top = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            if not top and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported():
                bound.add(symbol.get_name())
            if symbol.is_imported():
                imported.add(symbol.get_name())
            if symbol.is_referenced():
                used.add(symbol.get_name())
    for node in ast.walk(tree):  # `model.x = 1` changes what `model` is
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changed |= _base(node)
    for statement in tree.body:  # so may `names.append(x)`
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            changed |= _base(statement.value.func)
    return _Names(bound, changed, used, imported)


def _base(node: ast.expr) -> set[str]:
    inside = node
    while isinstance(inside, ast.Attribute | ast.Subscript):
        inside = inside.value
    return {inside.id} if isinstance(inside, ast.Name) and inside is not node else set()
