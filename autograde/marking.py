"""Judge one exercise: run its check on a student's names and turn the outcome into a verdict."""

import copy
import hashlib
import importlib
import inspect
import io
import linecache
import logging
import random
import signal
import threading
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict, dataclass, field
from typing import Any

import torch

from autograde.data import plain
from autograde.exercise import (
    CHECKS,
    Finding,
    Found,
    Lendable,
    Student,
    StudentError,
    StudentTimeout,
    describe_call,
)
from autograde.syllabus import syllabus

CALL_SECONDS = 10.0  # of CPU time for one call, of wall time three times that
FIXED_SECRET = "next-token"  # seeds the checks where no gradebook has a secret of its own


@dataclass
class Verdict:
    """What a check decided about one exercise. `problem` is set where it could not decide."""

    name: str
    score: float
    max: float
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    problem: str | None = None

    @property
    def passed(self) -> bool:
        return not self.findings and self.problem is None


def judge(name: str, student: Student, secret: str = FIXED_SECRET) -> Verdict:
    """Run the check of exercise `name`. Never raises: a fault of the check's own is the verdict's `problem`."""
    notebook = syllabus().exercise(name)
    points = float(notebook.exercises[name])
    importlib.import_module(f"autograde.checks.{notebook.module}")
    seed = hashlib.sha256(f"{secret}/{name}".encode()).digest()
    start = time.perf_counter()
    try:
        CHECKS[name](student, random.Random(seed))
    except Found as found:
        verdict = Verdict(name, 0.0, points, [found.finding])
    except Exception:
        verdict = Verdict(name, 0.0, points, problem=traceback.format_exc(limit=-6))
    else:
        verdict = Verdict(name, points, points)
    verdict.seconds = time.perf_counter() - start
    return verdict


class InProcess(Student):
    """A student whose functions live in this process. It guards nothing: for a learner's own check and stock nbgrader."""

    def __init__(self, namespace: dict):
        self.namespace = namespace

    def call(self, target: Any, args: tuple, kwargs: dict) -> tuple[Any, tuple, dict]:
        if isinstance(target, str):
            name, function = target, self._named(target)
        else:
            instance, method = target
            name = f"{type(instance).__name__}.{method}"
            if not callable(getattr(instance, method, None)):
                raise Found("not_defined", f"`{name}` does not exist: add the method.")
            function = getattr(instance, method)
        lent_args = tuple(_lend(arg) for arg in args)
        lent_kwargs = {key: _lend(value) for key, value in kwargs.items()}
        result = _run(name, function, describe_call(name, args, kwargs), lent_args, lent_kwargs)
        after = {key: plain(value) for key, value in lent_kwargs.items()}
        return plain(result), tuple(plain(arg) for arg in lent_args), after

    def create(self, name: str, args: tuple) -> object:
        lent = tuple(_lend(arg) for arg in args)
        return _run(name, self._named(name), describe_call(name, args, {}), lent, {})

    def identifiers(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting: list[Any] = [self.namespace.get(name)]
        while waiting:
            value = waiting.pop()
            if isinstance(value, type):
                waiting += vars(value).values()
                found |= {parent.__name__ for parent in value.__mro__[1:]}
            code = getattr(inspect.unwrap(value), "__code__", value) if callable(value) else value
            if not isinstance(code, types.CodeType):
                continue
            waiting += [const for const in code.co_consts if isinstance(const, types.CodeType)]
            for used in set(code.co_names) - found:
                found.add(used)
                other = self.namespace.get(used)
                found.add(getattr(other, "__name__", used))  # what an alias stands for
                if getattr(other, "__module__", None) == self.namespace.get("__name__"):
                    waiting.append(other)
        return found

    def _named(self, name: str) -> Callable:
        function = self.namespace.get(name)
        if function is None:
            raise Found("not_defined", f"`{name}` does not exist: run its cell, or define it.")
        if not callable(function):
            raise Found("wrong_type", f"`{name}` is not a function or class any more.")
        return function


def _run(name: str, function: Callable, shown: str, args: tuple, kwargs: dict) -> object:
    """Call a function of the student's; whatever it raises becomes a finding."""
    try:
        with _torch_as_delivered(), _time_limit(shown):
            return function(*args, **kwargs)
    except Found:
        raise
    except NotImplementedError as error:
        if "exercise" not in str(error):
            raise _student_error(shown, error) from None
        raise Found("not_implemented", f"`{name}` still holds its stub: write its body.") from None
    except (Exception, SystemExit) as error:
        raise _student_error(shown, error) from None


def show_verdict(name: str, namespace: dict) -> None:
    """Display the verdict on exercise `name` as data, for `autograde.check`."""
    from IPython.display import display

    from autograde.check import VERDICT

    with _silenced():
        verdict = judge(name, InProcess(namespace))
    display({VERDICT: asdict(verdict)}, raw=True)


def mark_in_notebook(name: str, namespace: dict) -> float:
    """The score of exercise `name`, for stock nbgrader; what was found is printed for the reader."""
    with _silenced():
        verdict = judge(name, InProcess(namespace))
    if verdict.problem:
        raise RuntimeError(f"{name} could not be judged:\n{verdict.problem}")
    for finding in verdict.findings:
        print(f"{name}: {finding.message} [{finding.id}]")
    # Stretch cells have 0 points under stock nbgrader, which refuses any score above that.
    return 0.0 if name in syllabus().exercise(name).bonus else verdict.score


@contextmanager
def _silenced() -> Iterator[None]:
    """Nothing on stderr: stock nbgrader takes any word there, a progress bar too, for a failed test."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def _lend(value: object) -> object:
    return value.lend() if isinstance(value, Lendable) else copy.deepcopy(value)


def _student_error(call: str, error: BaseException) -> StudentError:
    kinds = tuple(kind.__name__ for kind in type(error).__mro__[:-2])
    line = ""
    for frame in traceback.extract_tb(error.__traceback__):
        # The deepest line of the student's own: a notebook cell's file is no real file.
        if frame.filename.startswith("<") or "ipykernel_" in frame.filename:
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    return StudentError(call, kinds, str(error)[:300], line[:100])


@contextmanager
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
            torch.manual_seed(0)
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
        torch.set_num_threads(threads)


class _OutOfTime(BaseException):
    """Not an Exception, so that a student's `except Exception` does not catch it."""


@contextmanager
def _time_limit(call: str) -> Iterator[None]:
    """Stop the block after CALL_SECONDS of CPU time, where signals can do that (main thread, not Windows)."""
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(signum, frame):
        raise _OutOfTime

    limits = {
        signal.SIGPROF: (signal.ITIMER_PROF, CALL_SECONDS),
        signal.SIGALRM: (signal.ITIMER_REAL, 3 * CALL_SECONDS),
    }
    before = {number: signal.signal(number, stop) for number in limits}
    try:
        # The timers fire again and again: a loop that swallows one gets the next.
        for timer, seconds in limits.values():
            signal.setitimer(timer, seconds, 1.0)
        yield
    except _OutOfTime:
        raise StudentTimeout(call, CALL_SECONDS) from None
    finally:
        for timer, _ in limits.values():
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
