"""Does what a check asks of the student's names: one request of plain data in, one answer of plain data out."""

import builtins
import contextlib
import dis
import inspect
import linecache
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

import torch

from autograde.student import lent
from autograde.student.data import KeyValues, Lent, plain

_REACHES = {"LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM"}  # in Python 3.11 to 3.13


class Refused(Exception):
    """A request that cannot be carried out for a reason with a name (`not_defined`, `wrong_type`)."""

    def __init__(self, id: str, message: str):
        super().__init__(message)
        self.id = id


class AskFailed(Exception):
    """The check's side refused what a lent thing asked: the name of the exception's type, and its text."""

    def __init__(self, kind: str, text: str):
        super().__init__(text)
        self.kind = kind


class Servant:
    """Serves requests on a namespace.

    ask(number, method, args): asks the lent thing `number` of the check's side back.
    run_cell(source): runs a cell of the notebook in the namespace.
    """

    passes: tuple[type[BaseException], ...] = (KeyboardInterrupt,)  # not the student's to raise

    def __init__(
        self,
        namespace: dict,
        ask: Callable[[int, str, tuple], Any],
        run_cell: Callable[[str], Any] = lambda source: None,
    ):
        self.namespace = namespace
        self.ask = ask
        self.run_cell = run_cell
        self.kept: list[Any] = []  # what `open` returned, by handle
        self.shared: dict[str, object] = {}

    def serve(self, request: dict) -> dict:
        """Carry out one request.

        {"do": "call" | "open" | "calls" | "value" | "get" | "identifiers" | "run", "target": name, handle or [handle,
        method], ...} gives {"result", "args", "kwargs"}, or {"raised": kinds, "text", "line"}, or {"refused": id, "message"}.
        """
        try:
            return getattr(self, f"_{request['do']}")(request)
        except Refused as refused:
            return {"refused": refused.id, "message": str(refused)}

    def _call(self, request: dict) -> dict:
        return self._apply(request["target"], request["args"], request["kwargs"], plain)

    def _open(self, request: dict) -> dict:
        """Call, and keep the result here: an instance, an iterator. The result is its handle."""

        def keep(result: Any) -> int:
            self.kept.append(result)
            return len(self.kept) - 1

        return self._apply(request["target"], request["args"], request["kwargs"], keep)

    def _get(self, request: dict) -> dict:
        """The attribute of something that `open` kept."""
        handle, attribute = request["target"]
        try:
            result = plain(getattr(self.kept[handle], attribute))
        except self.passes:
            raise
        except BaseException as error:
            return _raised(error)
        return {"result": result, "args": (), "kwargs": {}}

    def _calls(self, request: dict) -> dict:
        """Many calls of one function in one message; the first that fails ends them."""
        answers = []
        for args in request["inputs"]:
            answers.append(self._apply(request["target"], args, {}, plain))
            if "result" not in answers[-1]:
                break
        return {"result": answers, "args": (), "kwargs": {}}

    def _value(self, request: dict) -> dict:
        """What a variable holds, as plain data."""
        name = request["target"]
        if name not in self.namespace:
            raise Refused("not_defined", f"`{name}` does not exist: run its cell, or define it.")
        return {"result": plain(self.namespace[name]), "args": (), "kwargs": {}}

    def _apply(self, target: Any, args: tuple, kwargs: dict, keep: Callable[[Any], Any]) -> dict:
        function: Callable
        name, function = self._find(target)
        given = [self._take(arg) for arg in args]
        named = {key: self._take(value) for key, value in kwargs.items()}
        try:
            with _torch_as_delivered():
                result = function(*given, **named)
        except NotImplementedError as error:
            if "exercise" in str(error):
                message = f"`{name}` still holds its stub: write its body."
                raise Refused("not_implemented", message) from None
            return _raised(error)
        except self.passes:
            raise
        except BaseException as error:
            return _raised(error)
        return {
            "result": keep(result),
            "args": tuple(self._give_back(*pair) for pair in zip(args, given, strict=True)),
            "kwargs": {key: self._give_back(kwargs[key], named[key]) for key in kwargs},
        }

    def _take(self, value: Any) -> Any:
        """What the student's code is given for a value: a copy of its own, lent things built."""
        if type(value) is Lent:
            number = value.number

            def ask(method: str, *args):
                try:
                    return self.ask(number, method, args)
                except AskFailed as failed:
                    kind = getattr(builtins, failed.kind, None)
                    if not (isinstance(kind, type) and issubclass(kind, Exception)):
                        kind = RuntimeError
                    raise kind(str(failed)) from None

            thing = self.shared.get(value.shared) or lent.build(value.kind, value.data, ask)
            if value.shared:
                self.shared[value.shared] = thing
            return thing
        if type(value) is KeyValues:
            return lent.cache(value)
        if type(value) in (list, tuple):
            return type(value)(self._take(item) for item in value)
        if type(value) is dict:
            return {key: self._take(item) for key, item in value.items()}
        return plain(value)

    def _give_back(self, sent: Any, given: Any) -> Any:
        """An argument as the call left it. A lent thing, and what holds one, is given back as it was sent; of a list of
        lent things only how many are left is seen."""
        if type(sent) is type(given) is list and len(sent) != len(given):
            return sent[: len(given)] + [None] * (len(given) - len(sent))
        return sent if _holds_lent(sent) else plain(given)

    def _find(self, target: Any) -> tuple[str, Callable]:
        if isinstance(target, str):
            return target, self._named(target)
        handle, method = target
        instance = self.kept[handle]
        function = getattr(instance, method, None)
        if not callable(function):
            raise Refused("not_defined", f"`{method}` does not exist: add the method.")
        return f"{type(instance).__name__}.{method}", function

    def _named(self, name: str) -> Callable:
        function = self.namespace.get(name)
        if function is None:
            raise Refused("not_defined", f"`{name}` does not exist: run its cell, or define it.")
        if not callable(function):
            raise Refused("wrong_type", f"`{name}` is not a function or class any more.")
        return function

    def _run(self, request: dict) -> dict:
        self.run_cell(request["source"])
        return {"result": None, "args": (), "kwargs": {}}

    def _identifiers(self, request: dict) -> dict:
        found = identifiers(self.namespace, request["target"])
        return {"result": sorted(found), "args": (), "kwargs": {}}


def identifiers(namespace: dict, name: str) -> set[str]:
    """The names of others' things that the code of `name`, and the student's code that it uses, refers to."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting: list[Any] = [namespace.get(name)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, type):
            waiting += vars(value).values()
            found |= {parent.__name__ for parent in value.__mro__[1:]}
        code = getattr(inspect.unwrap(value), "__code__", value) if callable(value) else value
        if not isinstance(code, types.CodeType):
            continue
        waiting += [const for const in code.co_consts if isinstance(const, types.CodeType)]
        # What is reached through something else is that one's, whatever else the student calls by this name.
        found |= {step.argval for step in dis.get_instructions(code) if step.opname in _REACHES}
        for used in set(code.co_names) - seen:
            seen.add(used)
            other = namespace.get(used)
            if getattr(other, "__module__", None) == namespace.get("__name__"):
                waiting.append(other)
            else:
                found |= {used, getattr(other, "__name__", used)}  # what an alias stands for
    return {used for used in found if type(used) is str}


def _holds_lent(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(map(_holds_lent, value))
    return type(value) is Lent


def _raised(error: BaseException) -> dict:
    kinds = [kind.__name__ for kind in type(error).__mro__[:-2]]
    line = ""
    for frame in traceback.extract_tb(error.__traceback__):
        # The deepest line of the student's own: a notebook cell's file is no real file.
        if frame.filename.startswith("<") or "ipykernel_" in frame.filename:
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    try:
        text = str(error)[:300]
    except BaseException:  # an exception of the student's own making may have any __str__
        text = ""
    return {"raised": kinds, "text": text, "line": line[:100]}


@contextlib.contextmanager
def _torch_as_delivered() -> Iterator[None]:
    """Global settings that a notebook may have changed are torch's own for the time of a call."""
    dtype, grad, threads = (
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.get_num_threads(),
    )
    torch.set_default_dtype(torch.float32)
    try:
        with torch.random.fork_rng(devices=[]), torch.set_grad_enabled(True):
            # Not torch.manual_seed: seeding GPUs too takes a millisecond where there is none.
            torch.default_generator.manual_seed(0)
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
        torch.set_num_threads(threads)
