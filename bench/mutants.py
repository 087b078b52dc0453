"""Small faults planted in a reference solution, one at a time: a good check finds them."""

import ast
import copy
import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

Replacement = ast.AST | list[ast.stmt]

OPERATORS = {
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Mod],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitOr: [ast.BitAnd],
    ast.BitAnd: [ast.BitOr],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
_PAIRS = (
    "any all, min max, argmin argmax, amin amax, sum mean, softmax log_softmax, zeros ones, "
    "zeros_like ones_like, startswith endswith, index rindex, append extend, cat stack, log exp, "
    "floor ceil, lstrip rstrip"
)
NAMES = {
    name: other
    for pair in _PAIRS.split(", ")
    for name, other in (pair.split(), reversed(pair.split()))
}
WRAPPERS = {"sorted", "reversed", "list", "tuple", "set", "abs", "int", "float", "str"}


@dataclass(frozen=True)
class Mutant:
    """A mutated solution. `name` is its changed lines, 'before -> after', unique in a cell."""

    name: str
    source: str
    diff: str


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a cell that holds one function or class, each different from the others.

    Comments are lost on the way; the diffs are between sources without any.
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    changed = dict.fromkeys(ast.unparse(tree) for tree in _mutated(tree, None, bound))
    changed.pop(original, None)
    seen: Counter[str] = Counter()
    found = []
    for mutated in changed:
        name = _changed_lines(original, mutated)
        seen[name] += 1
        if seen[name] > 1:  # the same line stands twice in the solution
            name += f" ({seen[name]})"
        found.append(Mutant(name, mutated, _diff(original, mutated)))
    return found


def _changed_lines(before: str, after: str) -> str:
    """The lines that differ by more than their indentation, 'before -> after'."""
    old, new = ([line.strip() for line in text.splitlines()] for text in (before, after))
    changes = [line for line in difflib.ndiff(old, new) if line[0] in "-+"]
    return " -> ".join(
        "; ".join(line[2:] for line in changes if line[0] == sign) or "(nothing)" for sign in "-+"
    )


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _mutated(node: ast.AST, parent: ast.AST | None, bound: set[str]) -> Iterator[Replacement]:
    """The node with one fault, in itself or somewhere below; nodes without a fault are shared."""
    if isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return  # a message or a docstring
    yield from _variants(node, parent, bound)
    if isinstance(node, ast.Raise):
        return  # what a message says is for people
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        if isinstance(value, ast.AST):
            for new in _mutated(value, node, bound):
                yield _with(node, **{field: new})
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    for new in _mutated(item, node, bound):
                        yield _with(node, **{field: _spliced(value, index, new)})


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for field, value in fields.items():
        setattr(new, field, value)
    return new


def _spliced(items: list, index: int, new: Replacement | None) -> list:
    """The list with the item at `index` replaced by one, by several, or (None) by nothing."""
    middle = [] if new is None else new if isinstance(new, list) else [new]
    return [*items[:index], *middle, *items[index + 1 :]]


def _swapped(items: list) -> Iterator[list]:
    """The list with two neighbours swapped, once for each pair."""
    for index in range(len(items) - 1):
        yield [*items[:index], items[index + 1], items[index], *items[index + 2 :]]


def _variants(node: ast.AST, parent: ast.AST | None, bound: set[str]) -> Iterator[Replacement]:
    """What may stand in the place of this node, its children untouched."""
    if isinstance(node, ast.stmt):
        yield from _statements(node, parent)
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                for other in OPERATORS[type(op)]:
                    yield _with(node, ops=_spliced(ops, index, other()))
        case ast.BinOp(op=op, left=left, right=right):
            for other in OPERATORS.get(type(op), []):
                yield _with(node, op=other())
            yield from (left, right)
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=OPERATORS[type(op)][0]())
            for index in range(len(values)):
                rest = _spliced(values, index, None)
                yield rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield _with(node, test=_negated(test))
            yield from (body, orelse)
        case ast.comprehension(ifs=ifs):
            for index, test in enumerate(ifs):
                yield _with(node, ifs=_spliced(ifs, index, None))
                yield _with(node, ifs=_spliced(ifs, index, _negated(test)))
        case ast.Constant(value=value):
            # In `x is None` the operator's own mutants say it all.
            if value is not None or not isinstance(parent, ast.Compare):
                yield from map(ast.Constant, _constants(value))
        case ast.List(elts=elts, ctx=ast.Load()):
            yield _with(node, elts=[] if elts else [ast.Constant(None)])
        case ast.Dict(keys=keys, values=values):
            for index in range(len(keys)):
                yield _with(
                    node,
                    keys=_spliced(keys, index, None),
                    values=_spliced(values, index, None),
                )
        case ast.Tuple(elts=elts, ctx=ast.Load()):
            for order in _swapped(elts):
                yield _with(node, elts=order)
        case ast.Slice(lower=lower, upper=upper):
            if lower is not None:
                yield _with(node, lower=None)
                yield from (_with(node, lower=other) for other in _off_by_one(lower))
            if upper is not None:
                yield _with(node, upper=None)
                yield from (_with(node, upper=other) for other in _off_by_one(upper))
        case ast.Subscript(slice=place):
            places = place.elts if isinstance(place, ast.Tuple) else [place]
            for index, part in enumerate(places):
                for other in _off_by_one(part):
                    elts = _spliced(places, index, other)
                    many = isinstance(place, ast.Tuple)
                    yield _with(node, slice=_with(place, elts=elts) if many else other)
        case ast.Call():
            yield from _calls(node, parent, bound)
        case ast.arguments(defaults=defaults) if defaults:
            yield _with(node, defaults=defaults[1:])


def _constants(value: object) -> list[object]:
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [value + 1, value - 1]
        case str():
            return ["" if value else "?"]
        case None:
            return [0]
    return []


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _off_by_one(node: ast.expr) -> Iterator[ast.expr]:
    """One more and one less than a place that is computed; numbers have mutants of their own."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Call):
        for op in (ast.Add(), ast.Sub()):
            yield ast.BinOp(node, op, ast.Constant(1))


def _calls(node: ast.Call, parent: ast.AST | None, bound: set[str]) -> Iterator[ast.expr]:
    func, args, keywords = node.func, node.args, node.keywords
    for order in _swapped(args):
        yield _with(node, args=order)
    if len(args) > 1:
        for index in range(len(args)):
            yield _with(node, args=_spliced(args, index, None))
    for index in range(len(keywords)):
        yield _with(node, keywords=_spliced(keywords, index, None))
    match func:
        case ast.Attribute(value=receiver, attr=name):
            if name in NAMES:
                yield _with(node, func=_with(func, attr=NAMES[name]))
            # A statement without its method call is a dropped statement; a module is no value.
            if not isinstance(parent, ast.Expr) and not _is_module(receiver, bound):
                yield receiver
        case ast.Name(id=name):
            if name in NAMES:
                yield _with(node, func=_with(func, id=NAMES[name]))
            if name in WRAPPERS and len(args) == 1:
                yield args[0]
            if name == "range":
                for index, arg in enumerate(args):
                    for other in _off_by_one(arg):
                        yield _with(node, args=_spliced(args, index, other))


def _is_module(node: ast.expr, bound: set[str]) -> bool:
    """Whether this is a name that the cell does not define, or an attribute of one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id not in bound


def _statements(node: ast.stmt, parent: ast.AST | None) -> Iterator[Replacement]:
    if not isinstance(parent, ast.Module) and not isinstance(node, ast.Pass):
        yield ast.Pass()
    match node:
        case ast.FunctionDef(decorator_list=decorators) if decorators:
            for index in range(len(decorators)):
                yield _with(node, decorator_list=_spliced(decorators, index, None))
        case ast.If(test=test, orelse=orelse):
            yield _with(node, test=_negated(test))
            yield _with(node, test=ast.Constant(True))
            if orelse:
                yield _with(node, test=ast.Constant(False))
        case ast.While(test=test):
            yield _with(node, test=_negated(test))
        case ast.With(body=body) | ast.Try(body=body):
            yield body
        case ast.AugAssign(op=op, target=target, value=value):
            for other in OPERATORS.get(type(op), []):
                yield _with(node, op=other())
            yield ast.Assign([target], value, lineno=node.lineno)
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Raise(exc=ast.Call() as exception):
            yield _with(node, exc=_with(exception, func=ast.Name("Exception")))
