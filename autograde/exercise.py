"""What a hidden check is written with.

A check is a function with the exercise's name. It gets a `Student`, through which it calls what the student wrote, and a
seeded `random.Random`; it says `require(...)` for each property, the most basic first, and the first that fails is the
finding. A check never sees an object of the student's, only plain data (`autograde.student.data`), so it does not know,
and need not, whether the student's code runs in this process or in another.
"""

import copy
import random
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import torch

from autograde.student.data import Foreign, Lent, plain, same


@dataclass(frozen=True)
class Finding:
    """One named way in which an answer is wrong, with a message that teaches. Ids are stable (docs/contract.md)."""

    id: str
    message: str


class Found(Exception):
    """Ends a check with its finding."""

    def __init__(self, id: str, message: str):
        super().__init__(f"{id}: {message}")
        self.finding = Finding(id, message)


class StudentError(Found):
    """The student's code raised. `kinds` are the names of the exception's classes, the most special first."""

    def __init__(self, call: str, kinds: tuple[str, ...], text: str, line: str = ""):
        where = f" in the line `{line}`" if line else ""
        super().__init__("raised", f"{call} raised {kinds[0]}{where}: {text or '(no text)'}")
        self.kinds = kinds


class StudentTimeout(Found):
    """A call of the student's code was stopped."""

    def __init__(self, call: str, seconds: float):
        super().__init__(
            "timed_out",
            f"{call} was stopped after {seconds:g} s. Does every loop in it end?",
        )


class OutOfMemory(Found):
    """A call took more memory than there is."""

    def __init__(self, call: str):
        super().__init__(
            "out_of_memory",
            f"{call} took more memory than there is and was stopped. Does something grow with every step?",
        )


class NoAnswer(Found):
    """The student's process sent what no honest one sends."""

    def __init__(self, call: str):
        super().__init__(
            "no_answer",
            f"{call} ended without an answer that can be read. Does it return plain data?",
        )


class NotJudged(Exception):
    """A check cannot decide, and the reason is not the student's: it becomes the verdict's `problem`."""


class Student(ABC):
    """The student's names as a check sees them: `student["name"]` is a function of plain data."""

    def __init__(self) -> None:
        self.remarks: list[Finding] = []

    def __getitem__(self, name: str) -> Callable:
        return self._function(name, name)

    def value(self, name: str) -> Any:
        """What the student's variable `name` holds, as plain data; the stub's None is `not_implemented`."""
        value = self._answer({"do": "value", "target": name}, name, Lending()).get("result")
        stub = f"`{name}` still holds its stub, None: put your answer there."
        require(value is not None, "not_implemented", stub)
        return value

    def remark(self, id: str, message: str) -> None:
        """Tell the instructor something that does not decide the mark: an entry of `problems`."""
        self.remarks.append(Finding(id, message))

    def in_place(self, name: str, *args: object) -> tuple[Any, tuple]:
        """What function `name`, which is to change its arguments, returns, and what these then are."""
        shown = describe_call(name, args, {})
        request = {"do": "call", "target": name, "args": plain(args), "kwargs": {}}
        answer = self._answer(request, shown, Lending())
        after = _expect(answer.get("args"), tuple)
        if len(after) != len(args):
            raise NoAnswer(shown)
        return answer.get("result"), after

    def new(self, name: str, *args: object, **kwargs: object) -> "Instance":
        """An instance of the student's class `name`."""
        return self._open(name, args, kwargs)

    def iterate(self, name: str, *args: object, **kwargs: object) -> Iterator[Any]:
        """What the student's generator function `name` yields, fetched one by one; `close` closes it there."""
        generator = self._open(name, args, kwargs)
        try:
            while True:
                try:
                    item = generator.__next__()
                except StudentError as error:
                    if "StopIteration" in error.kinds:
                        return
                    raise
                yield item
        finally:
            generator.close()

    def each(self, name: str, inputs: Sequence[tuple]) -> list[Any]:
        """The results of function `name` on each tuple of arguments, in one message: for many small calls.

        Raises as a call does, for the first that fails.
        """
        shown = describe_call(name, inputs[0], {}) if inputs else name
        lending = Lending()
        given = [tuple(lending.lend(arg) for arg in args) for args in inputs]
        request = {"do": "calls", "target": name, "inputs": given}
        results = []
        answers = self._answer(request, shown, lending).get("result")
        for args, answer in zip(given, _expect(answers, list), strict=False):
            shown = describe_call(name, args, {})
            results.append(self._result(self._checked(answer, shown), shown, args, {}))
        if len(results) != len(inputs):
            raise NoAnswer(shown)
        return results

    def identifiers(self, name: str) -> set[str]:
        """The names that the code of `name`, and the student's code that it uses, refers to: a claim of the student's."""
        answer = self._answer({"do": "identifiers", "target": name}, name, Lending())
        return {str(found) for found in _expect(answer.get("result"), list)}

    @abstractmethod
    def exchange(self, request: dict, shown: str, lending: "Lending") -> dict:
        """Have a request (`autograde.student.servant`) carried out where the student's code lives.

        shown: the call, for messages. lending: answers what the lent things ask during the call.
        Raises StudentTimeout, or another Found where the student's process did not live to answer.
        """

    def _function(self, name: str, target: object, held: Sequence["Lendable"] = ()) -> Callable:
        def function(*args, **kwargs):
            return self._call("call", name, target, args, kwargs, Lending(held))

        return function

    def _open(self, name: str, args: tuple, kwargs: dict) -> "Instance":
        lending = Lending()
        handle = _expect(self._call("open", name, name, args, kwargs, lending), int)
        return Instance(self, name, handle, lending.things)

    def _call(
        self, do: str, name: str, target: object, args: tuple, kwargs: dict, lending: "Lending"
    ) -> Any:
        shown = describe_call(name, args, kwargs)
        lent_args = tuple(lending.lend(arg) for arg in args)
        lent_kwargs = {key: lending.lend(value) for key, value in kwargs.items()}
        request = {"do": do, "target": target, "args": lent_args, "kwargs": lent_kwargs}
        answer = self._answer(request, shown, lending)
        return self._result(answer, shown, lent_args, lent_kwargs)

    def _answer(self, request: dict, shown: str, lending: "Lending") -> dict:
        return self._checked(self.exchange(request, shown, lending), shown)

    def _checked(self, answer: Any, shown: str) -> dict:
        """An answer that is no failure of the student's code; that one is raised."""
        answer = _expect(answer, dict)
        if "refused" in answer:
            raise Found(str(answer["refused"]), str(answer.get("message")))
        if "raised" in answer:
            kinds = tuple(map(str, _expect(answer["raised"], list)))
            if "MemoryError" in kinds:
                raise OutOfMemory(shown)
            raise StudentError(
                shown, kinds or ("Exception",), str(answer.get("text")), str(answer.get("line", ""))
            )
        return answer

    def _result(self, answer: Any, shown: str, args: tuple, kwargs: dict) -> Any:
        """The result in an answer, if the call left its arguments as they were."""
        try:
            result, args_after, kwargs_after = answer["result"], answer["args"], answer["kwargs"]
            pairs = list(
                zip([*args, *kwargs.values()], [*args_after, *kwargs_after.values()], strict=True)
            )
        except (TypeError, KeyError, AttributeError, ValueError):
            raise NoAnswer(shown) from None
        for before, after in pairs:
            require(
                same(before, after),
                "input_changed",
                f"{shown} changed an argument that it was given. Work on a copy, and leave the "
                "caller's data as it was.",
            )
        return result


def _expect(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise NoAnswer("The call")
    return value


class Instance:
    """An instance of a class of the student's: its methods are functions of plain data."""

    def __init__(self, student: Student, name: str, handle: int, held: Sequence["Lendable"]):
        self._student, self._name, self._handle = student, name, handle
        self._held = held  # what it was made with goes on answering while its methods run

    def __getattr__(self, method: str) -> Callable:
        target = (self._handle, method)
        return self._student._function(f"{self._name}.{method}", target, self._held)

    def read(self, attribute: str) -> Any:
        """The value of an attribute."""
        request = {"do": "get", "target": (self._handle, attribute)}
        answer = self._student._answer(request, f"{self._name}.{attribute}", Lending(self._held))
        return answer.get("result")


class Lendable(ABC):
    """A fixture of the check's that the student's code holds for the time of a call (a model, a tokenizer).

    kind: which builder of `autograde.student.lent` makes the student's end of it.
    """

    kind: str
    shared: str = ""  # by default every call gets a new one

    def as_one(self) -> Self:
        """This thing, but the student's side holds one object, however often it is lent."""
        one = copy.copy(self)
        one.shared = uuid.uuid4().hex
        return one

    @abstractmethod
    def describe(self) -> Any:
        """Plain data for the builder. Called anew for every call that lends it."""

    def answer(self, method: str, *args: Any) -> Any:
        """What the student's end asks. An exception goes back to the student's code as its type and text."""
        raise NotImplementedError(f"a {self.kind} answers no {method}")


class Lending:
    """What is lent during one call, and the answers to what it asks: no longer than that call, and not without end."""

    MAX_ASKS = 50_000
    MAX_SECONDS = 60.0  # of the check's own time: it is not charged to the student

    def __init__(self, held: Sequence[Lendable] = ()) -> None:
        self.things = list(held)
        self.asks = 0
        self.seconds = 0.0

    def lend(self, value: Any) -> Any:
        """A copy of `value` as plain data, with lendables as what describes them."""
        if isinstance(value, Lendable):
            self.things.append(value)
            return Lent(len(self.things) - 1, value.kind, value.describe(), value.shared)
        if type(value) in (list, tuple):
            return type(value)(self.lend(item) for item in value)
        if type(value) is dict:
            return {key: self.lend(item) for key, item in value.items()}
        return plain(value)

    def answer(self, number: int, method: str, args: tuple) -> Any:
        """Raises whatever the asked thing raises: the student's code gets it back."""
        self.asks += 1
        if self.asks > self.MAX_ASKS or self.seconds > self.MAX_SECONDS:
            raise RuntimeError("asked too often during one call")
        start = time.perf_counter()
        try:
            return self.things[number].answer(method, *args)
        finally:
            self.seconds += time.perf_counter() - start


Check = Callable[[Student, random.Random], None]
CHECKS: dict[str, Check] = {}


def exercise(check: Check) -> Check:
    """Register a check under its own name, which is the name of the exercise."""
    CHECKS[check.__name__] = check
    return check


def require(condition: object, id: str, message: str) -> None:
    """End the check with this finding unless `condition` holds."""
    if not condition:
        raise Found(id, message)


@contextmanager
def blame(id: str, message: str) -> Iterator[None]:
    """An exception of the student's inside this block is this finding, with the exception's text behind it."""
    try:
        yield
    except StudentError as error:
        raise Found(id, f"{message} ({error.finding.message})") from None


def require_type(value: Any, kinds: type | tuple[type, ...], wanted: str) -> None:
    """`wrong_type` unless `value` is of one of `kinds`, exactly."""
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    require(
        type(value) in kinds,
        "wrong_type",
        f"the result is {kind_of(value)}, expected {wanted}.",
    )


def refuse_library(student: "Student", names: set[str], builds: str, *of: str) -> None:
    """The student's code uses none of `names`, which do what the exercise asks to be built.

    builds: what that is, in words. of: the student's functions and classes that are looked at.
    """
    used = sorted(set().union(*(student.identifiers(name) for name in of)) & names)
    require(
        not used,
        "calls_the_library",
        f"this exercise builds {builds}; your code uses `{', '.join(used)}`.",
    )


def require_tensor(
    value: Any, shape: tuple[int, ...], dtypes: tuple[torch.dtype, ...], wanted: str
) -> torch.Tensor:
    """The value, which must be a tensor of this shape and of one of these dtypes (`wanted` in words)."""
    require_type(value, torch.Tensor, wanted)
    require(
        tuple(value.shape) == tuple(shape),
        "wrong_shape",
        f"the result has shape {tuple(value.shape)}, expected {tuple(shape)}: {wanted}.",
    )
    require_dtype(value, dtypes, wanted)
    return value


def require_dtype(value: torch.Tensor, dtypes: tuple[torch.dtype, ...], wanted: str) -> None:
    """`wrong_dtype` unless the tensor has one of these dtypes."""
    require(
        value.dtype in dtypes,
        "wrong_dtype",
        f"the result holds {str(value.dtype).removeprefix('torch.')}, expected {wanted}.",
    )


LONG = (torch.int64,)
FLOAT = (torch.float32, torch.float64)


def kind_of(value: object) -> str:
    """A value's type in words for a message: 'a list', 'None', 'a BatchEncoding'."""
    if value is None:
        return "None (is a `return` missing?)"
    name = value.type_name if isinstance(value, Foreign) else type(value).__name__
    article = "" if name.startswith("a ") else "an " if name[0] in "aeiouAEIOU" else "a "
    return article + name


def describe_call(name: str, args: tuple, kwargs: dict) -> str:
    """A call in short, with shapes for tensors: `greedy_generate(model, LongTensor[2, 4], 5, None)`."""
    shown = [_describe(arg) for arg in args]
    shown += [f"{key}={_describe(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(shown)})"


def _describe(value: object) -> str:
    if isinstance(value, Lendable):
        return value.kind
    if isinstance(value, Lent):
        return value.kind
    if isinstance(value, torch.Tensor):
        kind = "Float" if value.is_floating_point() else "Long"
        return f"{kind}Tensor{list(value.shape)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
