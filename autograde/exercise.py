"""What a hidden check is written with.

A check is a function with the exercise's name. It gets a `Student`, through which it calls what the student wrote, and a
seeded `random.Random`; it says `require(...)` for each property, the most basic first, and the first that fails is the
finding. A check never sees an object of the student's, only plain data (`autograde.data`), so it does not know, and
need not, whether the student's code runs in this process or in another.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from autograde.data import Foreign, plain, same


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


class Student(ABC):
    """The student's names as a check sees them: `student["name"]` is a function of plain data."""

    @abstractmethod
    def call(self, target: Any, args: tuple, kwargs: dict) -> tuple[Any, tuple, dict]:
        """Call `target`; return its result and its arguments as the call left them, all plain data.

        `target` is the name of a function, or a pair (handle of an instance, name of its method).

        Raises Found (`not_defined`, `not_implemented`), StudentError or StudentTimeout.
        """

    @abstractmethod
    def create(self, name: str, args: tuple) -> object:
        """An instance of the student's class `name`, as a handle for `call`. Raises as `call` does."""

    @abstractmethod
    def identifiers(self, name: str) -> set[str]:
        """The names that the code of `name`, and the student's code that it uses, refers to."""

    def __getitem__(self, name: str) -> Callable:
        return self._function(name, name)

    def new(self, name: str, *args: object) -> "Remote":
        """An instance of the student's class `name`."""
        return Remote(self, name, self.create(name, args))

    def _function(self, name: str, target: object) -> Callable:
        def function(*args, **kwargs):
            result, args_after, kwargs_after = self.call(target, args, kwargs)
            for before, after in zip(
                [*args, *kwargs.values()],
                [*args_after, *kwargs_after.values()],
                strict=True,
            ):
                require(
                    isinstance(before, Lendable) or same(plain(before), after),
                    "input_changed",
                    f"{describe_call(name, args, kwargs)} changed an argument that it was "
                    "given. Work on a copy, and leave the caller's data as it was.",
                )
            return result

        return function


class Remote:
    """An instance of a class of the student's: its methods are functions of plain data."""

    def __init__(self, student: Student, name: str, handle: object):
        self._student, self._name, self._handle = student, name, handle

    def __getattr__(self, method: str) -> Callable:
        target = (self._handle, method)
        return self._student._function(f"{self._name}.{method}", target)


class Lendable(ABC):
    """A fixture of the check's that the student's code holds for the time of a call (a model, a tokenizer)."""

    @abstractmethod
    def lend(self) -> object:
        """The object that the student's code is given."""


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
        return type(value).__name__.lower()
    if isinstance(value, torch.Tensor):
        kind = "Float" if value.is_floating_point() else "Long"
        return f"{kind}Tensor{list(value.shape)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
