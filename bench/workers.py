"""Judge sources in processes of their own: none that hangs or dies stops a run."""

import contextlib
import io
import multiprocessing
import sys
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue

from autograde import marking
from autograde.bank import judge_source

MEMORY = 4 << 30  # bytes that a worker may take
START_SECONDS = 300.0  # until a worker has imported everything, on a busy machine
STUCK = "stuck"  # the finding where a worker had to be ended


@dataclass(frozen=True)
class Job:
    """A source to be judged once with each secret; a call may take `call_seconds` of CPU time."""

    exercise: str
    source: str
    secrets: tuple[str, ...] = (marking.FIXED_SECRET,)
    call_seconds: float = marking.CALL_SECONDS


@dataclass(frozen=True)
class Outcome:
    """What judging once gave: nothing (accepted), a finding's id, or a fault (of check or file)."""

    finding: str | None = None
    problem: str | None = None

    @property
    def accepted(self) -> bool:
        return self.finding is None and self.problem is None


def judged(job: Job) -> list[Outcome]:
    """The outcomes of a job, one per secret, found in this process."""
    limit, marking.CALL_SECONDS = marking.CALL_SECONDS, job.call_seconds
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return [_judged_once(job, secret) for secret in job.secrets]
    finally:
        marking.CALL_SECONDS = limit


def _judged_once(job: Job, secret: str) -> Outcome:
    try:
        verdict = judge_source(job.exercise, job.source, secret)
    except Exception:
        return Outcome(problem=traceback.format_exc(limit=-3))
    finding = verdict.findings[0].id if verdict.findings else None
    return Outcome(finding, verdict.problem)


class Workers:
    """A pool: called with jobs, it yields their outcomes in order.

    patience: seconds of wall time for one secret of a job; after that its worker is ended, the
        job's outcomes are STUCK, and a new worker takes the next job. The same where one dies.
    """

    def __init__(self, count: int = 2, patience: float = 60.0):
        self._count, self._patience = count, patience
        self._idle: SimpleQueue[_Worker] = SimpleQueue()

    def __enter__(self) -> "Workers":
        for _ in range(self._count):
            self._idle.put(_Worker())
        return self

    def __exit__(self, *exception: object) -> None:
        for _ in range(self._count):
            self._idle.get().end()

    def __call__(self, jobs: Iterable[Job]) -> Iterator[list[Outcome]]:
        with ThreadPoolExecutor(self._count) as threads:
            yield from threads.map(self._judge, jobs)

    def _judge(self, job: Job) -> list[Outcome]:
        worker = self._idle.get()
        try:
            outcomes = worker.judge(job, self._patience * len(job.secrets))
        except (TimeoutError, EOFError, OSError):
            worker.end()
            worker = _Worker()
            outcomes = [Outcome(STUCK)] * len(job.secrets)
        finally:
            self._idle.put(worker)
        return outcomes


class _Worker:
    def __init__(self):
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # so that the death of the process is the end of the pipe
        self._ready = False

    def judge(self, job: Job, seconds: float) -> list[Outcome]:
        """Raises TimeoutError, or EOFError or OSError when the process has died."""
        if not self._ready:
            self._receive(START_SECONDS)
            self._ready = True
        self._pipe.send(job)
        return self._receive(seconds)

    def _receive(self, seconds: float) -> object:
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return self._pipe.recv()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection) -> None:
    import torch

    import autograde.fixtures  # noqa: F401  (transformers with it: seconds that are no job's)

    torch.set_num_threads(1)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    pipe.send("ready")
    with contextlib.suppress(EOFError):
        while True:
            pipe.send(judged(pipe.recv()))
