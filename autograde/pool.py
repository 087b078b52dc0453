"""Where submissions are graded: in this process, in several on this machine, or on a dask cluster.

Each function takes jobs and yields (job, outcome) as they come: what `work` returned for a job, or a `Lost`. Only a few jobs
are under way at a time, so that a class of thousands takes no more memory than one of ten. Whatever `work` raises goes on to
the caller.
"""

import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import Any

import psutil

ATTEMPTS = 3  # of one job, where the process that works on it ends
MEMORY = 3 << 30  # bytes that a worker and its kernels take, with room to spare

Work = Callable[[Any], Any]


@dataclass(frozen=True)
class Lost:
    """What comes of a job whose process ended each time."""

    why: str


def fitting() -> int:
    """How many processes this machine has cores and memory for."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(cores, psutil.virtual_memory().available // MEMORY))


def _context() -> Any:
    """Workers are forked from a process that has imported what they need, where a system can do that."""
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def preload(module: str) -> None:
    """Begin to import `module` where workers will come from, while the caller goes on."""
    context = _context()
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([module])
        forkserver.ensure_running()


def here(jobs: Iterable[Any], work: Work) -> Generator[tuple[Any, Any], None, None]:
    """One after the other, in this process."""
    for job in jobs:
        yield job, work(job)


def processes(
    jobs: Iterable[Any], work: Work, count: int, warm: Callable[[], Any] | None = None
) -> Generator[tuple[Any, Any], None, None]:
    """`count` at a time, in processes of their own. They call `warm` while the first job is still made.

    A process that ends, for want of memory perhaps, takes the others' jobs with it: those are tried again one by one,
    so that the guilty one is known, and given up after ATTEMPTS.
    """
    fresh = iter(jobs)
    again: deque[tuple[Any, int]] = deque()  # job, attempts so far
    pool = _pool(count)
    for _ in range(count if warm else 0):
        pool.submit(warm)  # type: ignore[arg-type]
    running: dict[Future, tuple[Any, int]] = {}

    def submit(job: Any, attempts: int) -> None:
        nonlocal pool
        try:
            future = pool.submit(work, job)
        except BrokenProcessPool:  # a process has ended since the last look
            if running:  # which tell of it as well
                again.append((job, attempts))
                return
            _end(pool)
            pool = _pool(count)
            future = pool.submit(work, job)
        running[future] = (job, attempts)

    try:
        while True:
            if again:
                if not running:
                    submit(*again.popleft())
            else:
                for job in itertools.islice(fresh, count + 1 - len(running)):
                    submit(job, 0)
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                job, attempts = running.pop(future)
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    broken = True
                    if attempts + 1 < ATTEMPTS:
                        again.append((job, attempts + 1))
                        continue
                    outcome = Lost("its process ended each time")
                yield job, outcome
            if broken:
                again += [(job, attempts + 1) for job, attempts in running.values()]
                running.clear()
                _end(pool)
                pool = _pool(count)
    finally:
        _end(pool)


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=_context(), initializer=_end_with_grader)


def _end(pool: ProcessPoolExecutor) -> None:
    """At once: what a worker is at is lost, and its kernels end with it."""
    workers = list((pool._processes or {}).values())
    for worker in workers:
        worker.kill()
    pool.shutdown(cancel_futures=True)


def _end_with_grader() -> None:
    """A grader that is killed leaves no worker behind. Interrupts are the grader's, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    grader = multiprocessing.parent_process()
    assert grader is not None
    grader.join()
    os._exit(1)


def cluster(
    jobs: Iterable[Any], work: Work, address: str
) -> Generator[tuple[Any, Any], None, None]:
    """On the workers of the dask scheduler at `address`; a job whose worker ends goes to another.

    Raises OSError where no scheduler answers, ModuleNotFoundError without the extra `cluster`.
    """
    from distributed import Client

    return _on_cluster(Client(address, timeout=20, set_as_default=False), jobs, work)


def _on_cluster(
    client: Any, jobs: Iterable[Any], work: Work
) -> Generator[tuple[Any, Any], None, None]:
    from distributed import KilledWorker
    from distributed import wait as wait_for

    with client:
        fresh = iter(jobs)
        running: dict[Any, Any] = {}
        while True:
            threads = sum(client.nthreads().values())
            for job in itertools.islice(fresh, max(0, 2 * max(1, threads) - len(running))):
                running[client.submit(work, job, pure=False)] = job
            if not running:
                return
            with client.as_current():
                done = wait_for(list(running), return_when="FIRST_COMPLETED").done
            for future in done:
                job = running.pop(future)
                try:
                    outcome = future.result()
                except KilledWorker:
                    outcome = Lost("its workers ended each time")
                future.release()
                yield job, outcome
