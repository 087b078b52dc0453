"""Which cells of a rebuilt notebook have to run for its marks.

What the student wrote or changed always runs. A cell that is still as released runs only if something that runs uses a
name that it binds; a picture, a prediction or a walk through the real model that nobody changed need not.
"""

import ast
import builtins
import functools
import symtable
from collections.abc import Iterator, Set
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

# Code that uses one of these may use any name without writing it.
LOOKS_ANYWHERE = {"globals", "eval", "exec"}
# Code that uses one of these may change more than its own names.
REACHES_FAR = LOOKS_ANYWHERE | set(
    "vars locals get_ipython setattr delattr builtins __builtins__ sys gc ctypes signal".split()
)


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell carries points that are not given by hand."""
    metadata = cell.metadata.get("nbgrader", {})
    return bool(metadata.get("grade")) and not metadata.get("solution")


class Names(NamedTuple):
    """The global names of a cell: bound, assigned into (`model.x = 1`), called upon (`names.append(x)`), imported; those that
    it mentions, and those of them that have to come from elsewhere."""

    bound: set[str]
    assigned: set[str]
    called: set[str]
    imported: set[str]
    mentioned: set[str]
    free: set[str]


class Needs:
    """Which cells of a notebook need which others (`metadata.next_token.origin`: autograde.repair)."""

    def __init__(self, nb: NotebookNode):
        code = {i: cell for i, cell in enumerate(nb.cells) if cell.cell_type == "code"}
        self.names = {i: names_of(cell.source) for i, cell in code.items()}
        # A module is not changed by calling what is in it: seeds and settings are reset before every judged call.
        self.modules: set[str] = set().union(*(n.imported for n in self.names.values() if n))
        self.given = {i for i, cell in code.items() if _as_released(cell)}
        self.written = {i for i in code if i not in self.given and not is_test(code[i])}

    def all(self) -> set[int]:
        """The cells to run for every mark of the notebook, tests not among them."""
        if any(
            names and names.mentioned & LOOKS_ANYWHERE
            for names in map(self.names.get, self.written)
        ):
            return self.written | self.given
        return self.closure(self.written, self.given)

    def for_answer(self, own: set[int], others: set[int]) -> list[int]:
        """The cells to run for one answer in `own`: the release's, and of `others` those that bind what no one else does."""
        found = self.closure(own, self.given)
        bound = set().union(*(self._touched(i) for i in found))
        return sorted(self.closure(found, others, bound))

    def closure(self, start: set[int], among: set[int], known: Set[str] = frozenset()) -> set[int]:
        """`start`, and those cells `among` others that bind a name (not `known`) that a found cell uses."""
        found = set(start)
        waiting = list(start)
        while waiting:
            names = self.names[waiting.pop()]
            used = names.free - known if names else set()  # what is no Python uses nothing
            for i in among - found:
                if self._touched(i) & used:
                    found.add(i)
                    waiting.append(i)
        return found

    def may_disturb(self, index: int) -> bool:
        """Whether a cell may change what others do by more than binding names: a builtin hidden, a module patched."""
        names = self.names[index]
        if names is None:
            return False
        hidden = names.bound & set(dir(builtins))
        return bool(hidden or names.mentioned & REACHES_FAR or names.assigned & self.modules)

    def _touched(self, index: int) -> set[str]:
        names = self.names[index]
        if names is None:
            return set()
        return names.bound | ((names.assigned | names.called) - self.modules)


def _as_released(cell: NotebookNode) -> bool:
    metadata = cell.metadata.get("nbgrader", {})
    return (
        cell.metadata.get("next_token", {}).get("origin") == "release"
        and not metadata.get("solution")
        and not metadata.get("grade")
    )


@functools.lru_cache(maxsize=4096)  # most cells of a class are alike
def names_of(source: str) -> Names | None:
    """The names of a cell; None for what is no Python."""
    try:
        python = TransformerManager().transform_cell(source)
        return _names(ast.parse(python), symtable.symtable(python, "cell", "exec"))
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError):  # too deep for us: it may use anything
        return Names(set(), set(), set(), set(), set(LOOKS_ANYWHERE), set())


def _names(tree: ast.Module, table: symtable.SymbolTable) -> Names:
    names = Names(set(), set(), set(), set(), set(), set())
    later: set[str] = set()  # used in the bodies of functions
    scopes = [table]
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        top = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            if not top and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported():
                names.bound.add(symbol.get_name())
            if symbol.is_imported():
                names.imported.add(symbol.get_name())
            if symbol.is_referenced():
                names.mentioned.add(symbol.get_name())
                if not top:
                    later.add(symbol.get_name())
    names.free.update(later - names.bound)
    _add_free(tree.body, set(), names.free)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            names.assigned.update(_base(node))
    for statement in tree.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            names.called.update(_base(statement.value.func))
    return names


def _add_free(body: list[ast.stmt], bound: set[str], free: set[str]) -> None:
    """Add to `free` the names that these statements use before they bind them; to `bound`, those that they surely bind."""
    for statement in body:
        blocks = _blocks(statement)
        inside = {id(node) for block in blocks for part in block for node in ast.walk(part)}
        own = [node for node in _now(statement) if id(node) not in inside]
        names = [node for node in own if isinstance(node, ast.Name)]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        if isinstance(statement, ast.AugAssign):  # `x += 1` reads x too
            read |= {node.id for node in names}
        free |= read - bound
        bound |= {node.id for node in names if not isinstance(node.ctx, ast.Load)}
        bound |= {
            (node.asname or node.name).partition(".")[0]
            for node in own
            if isinstance(node, ast.alias)
        }
        for block in blocks:  # only the block of a `with` surely runs
            _add_free(block, bound if isinstance(statement, ast.With) else set(bound), free)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(statement.name)


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of statements in a statement that run when it does."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    blocks = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
    blocks += [
        part.body for field in ("handlers", "cases") for part in getattr(statement, field, [])
    ]
    return [block for block in blocks if block]


def _now(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the statement does: not the bodies of functions, nor what is local to a comprehension."""
    yield node
    children: list[ast.AST]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        children = [*node.decorator_list, *node.args.defaults]
    elif isinstance(node, ast.Lambda):
        children = [*node.args.defaults]
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        children = [node.generators[0].iter]  # the rest is a scope of its own
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _now(child)


def _base(node: ast.expr) -> set[str]:
    inside = node
    while isinstance(inside, ast.Attribute | ast.Subscript):
        inside = inside.value
    return {inside.id} if isinstance(inside, ast.Name) and inside is not node else set()
