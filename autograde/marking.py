"""Judge one exercise: run its check on a student's names and turn the outcome into a verdict."""

import gc
import hashlib
import importlib
import io
import logging
import random
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict, dataclass, field
from typing import Any

from autograde.exercise import (
    CHECKS,
    Finding,
    Found,
    Lending,
    NotJudged,
    Student,
    StudentTimeout,
)
from autograde.student.data import plain
from autograde.student.servant import AskFailed, Servant
from autograde.syllabus import syllabus

CALL_SECONDS = 10.0  # of CPU time for one call, of wall time three times that
FIXED_SECRET = "next-token"  # seeds the checks where no gradebook has a secret of its own


@dataclass
class Verdict:
    """What a check decided about one exercise. `problem` is set where it could not decide.

    remarks: what the instructor should know beside, in the form of findings.
    """

    name: str
    score: float
    max: float
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    problem: str | None = None
    remarks: list[Finding] = field(default_factory=list)

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
    gc.freeze()  # a collection in a call need not look at all that was there before
    try:
        CHECKS[name](student, random.Random(seed))
    except Found as found:
        verdict = Verdict(name, 0.0, points, [found.finding])
    except NotJudged as reason:
        verdict = Verdict(name, 0.0, points, problem=str(reason))
    except Exception:
        verdict = Verdict(name, 0.0, points, problem=traceback.format_exc(limit=-6))
    else:
        verdict = Verdict(name, points, points)
    finally:
        gc.unfreeze()
    verdict.seconds = time.perf_counter() - start
    verdict.remarks = student.remarks
    return verdict


class InProcess(Student):
    """A student whose functions live in this process. It guards nothing: for a learner's own check and stock nbgrader."""

    def __init__(self, namespace: dict):
        super().__init__()
        self.lending = Lending()
        self.servant = Servant(namespace, self._ask)
        self.servant.passes += (_OutOfTime,)

    def exchange(self, request: dict, shown: str, lending: Lending) -> dict:
        self.lending = lending
        with _time_limit(shown):
            return self.servant.serve(request)

    def _ask(self, number: int, method: str, args: tuple) -> Any:
        try:
            return plain(self.lending.answer(number, method, plain(args)))
        except Exception as error:
            raise AskFailed(type(error).__name__, str(error)) from None


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
