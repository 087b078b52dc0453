"""A class graded by many: processes of this machine, a dask cluster; what is killed on the way is made good."""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograde import pool, submission
from autograde.bank import answers
from autograde.gradebook import ClassFolder
from autograde.syllabus import ROOT, syllabus
from autograde.verdicts import Verdicts
from tests import notebooks
from tests.jobs import double, name_of_process
from tests.notebooks import released, solutions, with_answers
from tests.processes import descendants

NOTEBOOK = syllabus().notebook("01_inference_pipeline")
NAME = NOTEBOOK.folder
hand_in = partial(notebooks.hand_in, name=NAME)

linux = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program")


# --- the pool


def test_outcomes_come_for_every_job_and_a_killer_harms_nobody():
    outcomes = dict(pool.processes(range(20), double, 2))
    lost = outcomes.pop(13)
    assert isinstance(lost, pool.Lost)
    assert outcomes == {number: 2 * number for number in range(20) if number != 13}


def test_a_process_that_ends_while_nobody_looks_costs_no_job():
    found = []
    for number, pid in pool.processes(range(12), name_of_process, 2):
        found.append(number)
        if len(found) in (2, 12):
            os.kill(pid, signal.SIGKILL)
            time.sleep(1)
    assert sorted(found) == list(range(12))


def test_what_work_raises_reaches_the_caller():
    with pytest.raises(ValueError, match="minus one"):
        list(pool.processes([1, -1], double, 2))


def test_jobs_are_taken_as_they_are_needed():
    taken = []

    def jobs():
        for number in range(100):
            taken.append(number)
            yield number

    with contextlib.closing(pool.processes(jobs(), double, 2)) as outcomes:
        next(outcomes)
        assert len(taken) < 10


def test_several_processes_work():
    assert len({pid for _, pid in pool.processes(range(8), name_of_process, 2)}) == 2


@linux
def test_a_killed_grader_leaves_no_worker():
    code = (
        "import sys, time\n"
        "from autograde import pool\n"
        "from tests.jobs import name_of_process\n"
        "if __name__ == '__main__':\n"
        "    for _, pid in pool.processes(range(10**6), name_of_process, 2):\n"
        "        print(pid, flush=True)\n"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    workers = {int(grader.stdout.readline()) for _ in range(4)}
    assert workers <= set(descendants())
    grader.kill()
    grader.wait()
    deadline = time.monotonic() + 10
    while workers & set(descendants()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not workers & set(descendants())


# --- verdicts kept by content


def test_verdicts(tmp_path):
    nb = released(NOTEBOOK)
    verdicts = Verdicts(tmp_path / "kept")
    assert verdicts.find("a") is None
    verdicts.keep("a", {"score": 1}, nb)
    assert verdicts.find("a") == ({"score": 1}, nb)
    verdicts.saved("a", {"score": 1})
    assert verdicts.find("a") == ({"score": 1}, None)
    verdicts.keep("b", {}, nb)
    (verdicts.folder / "b.json").write_text('{"result": {')  # cut off
    assert verdicts.find("b") is None
    verdicts.forget_others({"b"})
    assert verdicts.find("a") is None


# --- a class


def make_class(folder: Path, count: int) -> None:
    """Hand-ins that differ, with some wrong answers in each."""
    bank = answers(NOTEBOOK)
    for number in range(count):
        draw = random.Random(number)
        sources = solutions(NOTEBOOK)
        for exercise in draw.sample(sorted(sources), number % 4):
            wrong = [
                a for a in bank if a.exercise == exercise and a.finding not in (None, "timed_out")
            ]
            sources[exercise] = draw.choice(wrong).source
        hand_in(folder, f"student{number}", with_answers(NOTEBOOK, sources))


def grading(folder: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "autograde", "grade", NAME, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said(grader: subprocess.Popen, code: int = 0) -> str:
    text, _ = grader.communicate(timeout=600)
    assert grader.returncode == code, text
    return text


def marks(folder: Path) -> dict:
    """All that results.json says but the seconds, and what the gradebook says."""
    data = json.loads((folder / "results.json").read_text("utf-8"))
    for student in data["students"].values():
        del student["seconds"]
    with Gradebook(ClassFolder(folder).url) as book:
        scores = {
            submission.student_id: submission.score
            for submission in book.assignment_submissions(NAME)
        }
    return data | {"gradebook": scores}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A class of six, graded by one process: where its submissions are, and its marks."""
    folder = tmp_path_factory.mktemp("undisturbed")
    make_class(folder, 6)
    said(grading(folder, "--workers", "1"))
    return folder, marks(folder)


@pytest.fixture
def same_class(undisturbed, tmp_path):
    """The same submissions and secret in a folder of their own."""
    shutil.copytree(undisturbed[0] / "submitted", tmp_path / "submitted")
    shutil.copy(undisturbed[0] / ".secret", tmp_path)
    return tmp_path


@linux
@pytest.mark.slow
def test_killed_again_and_again_it_ends_with_the_same_marks(undisturbed, same_class):
    draw = random.Random(1)
    before = set(descendants())
    judged = 0
    for _ in range(4):
        grader = grading(same_class, "--workers", "2")
        with contextlib.suppress(subprocess.TimeoutExpired):
            grader.wait(timeout=draw.uniform(8, 25))
        grader.kill()
        grader.communicate()
        kept = list((same_class / ".verdicts" / NAME).glob("*.json"))
        assert len(kept) >= judged  # nothing is lost
        judged = len(kept)
    said(grading(same_class, "--workers", "2"))
    assert marks(same_class) == undisturbed[1]
    again = said(grading(same_class))
    assert "6 judged before" in again and "graded" not in again
    assert marks(same_class) == undisturbed[1]
    deadline = time.monotonic() + 10
    while left := [
        command
        for pid, command in descendants().items()
        if pid not in before and "bwrap" in command
    ]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


@linux
@pytest.mark.slow
def test_what_has_changed_is_judged_anew(undisturbed, same_class):
    shutil.copytree(undisturbed[0] / ".verdicts", same_class / ".verdicts")
    for name in ("gradebook.db", "results", "results.json", "source", "release", "autograded"):
        source = undisturbed[0] / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, same_class / name)
    hand_in(same_class, "student3", with_answers(NOTEBOOK, solutions(NOTEBOOK)))
    text = said(grading(same_class))
    assert "5 judged before" in text and "student3: " in text
    data = json.loads((same_class / "results.json").read_text("utf-8"))
    assert data["students"]["student3"]["score"] == sum(NOTEBOOK.points.values())
    # Asked for by name, it is judged whatever is kept.
    assert "student0  graded" in said(grading(same_class, "--student", "student0"))
    # Without its gradebook, all is judged and saved again.
    (same_class / "gradebook.db").unlink()
    assert "judged before" not in said(grading(same_class, "--workers", "2"))


# --- a cluster


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler with two workers, and the processes of the workers."""
    address = f"tcp://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2",
    }
    log = (tmp_path / "dask.log").open("w")

    def start(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)

    port = address.rpartition(":")[2]
    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [start("dask_worker", address, *options) for _ in range(2)]
    try:
        from distributed import Client

        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=120)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.terminate()
        for process in (*workers, scheduler):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:  # a worker that waits for a scheduler that is gone
                process.kill()
                process.wait()
        log.close()


@pytest.mark.slow
def test_a_cluster_gives_every_outcome_though_a_worker_is_killed(cluster):
    address, workers = cluster
    found = {}
    for number, pid in pool.cluster(range(20), name_of_process, address):
        found[number] = pid
        if len(found) == 4:
            workers[0].kill()
    assert sorted(found) == list(range(20))
    assert {found[number] for number in found} <= {worker.pid for worker in workers}


@linux
@pytest.mark.slow
def test_a_class_on_a_cluster_has_the_same_marks_though_a_worker_is_killed(
    undisturbed, same_class, cluster
):
    address, workers = cluster
    grader = grading(same_class, "--scheduler", address)
    assert "graded" in grader.stdout.readline()
    workers[0].kill()
    said(grader)
    assert marks(same_class) == undisturbed[1]


def test_without_a_scheduler_it_is_said_in_one_sentence(tmp_path):
    hand_in(tmp_path, "anna", released(NOTEBOOK))
    address = f"tcp://127.0.0.1:{free_port()}"
    text = said(grading(tmp_path, "--scheduler", address), code=2)
    assert f"no dask scheduler answers at {address}" in " ".join(text.split())


# --- PostgreSQL


@pytest.fixture
def database():
    """The URL of an empty database on a server of its own."""
    debians = Path("/usr/lib/postgresql").glob("*/bin/postgres")  # not on the PATH
    programs = Path(shutil.which("postgres") or max(debians)).resolve().parent
    as_user = {}
    if os.geteuid() == 0:  # the server refuses root
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    # Not pytest's folder, into which only its owner may look.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        if as_user:
            shutil.chown(folder, "postgres")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        data = Path(folder, "data")
        initdb = [programs / "initdb", "-D", data, "-U", "grader", "--auth=trust"]
        subprocess.run(initdb, check=True, **quiet, **as_user)
        port = str(free_port())
        start = [programs / "postgres", "-D", data, "-p", port, "-k", folder]
        server = subprocess.Popen([*start, "-h", "127.0.0.1"], **quiet, **as_user)
        try:
            deadline = time.monotonic() + 60
            create = [programs / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "grader", "class"]
            while subprocess.run(create, **quiet).returncode:
                assert time.monotonic() < deadline and server.poll() is None
                time.sleep(0.2)
            yield f"postgresql+psycopg://grader@127.0.0.1:{port}/class"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


@linux
@pytest.mark.slow
def test_the_gradebook_may_be_on_postgresql(undisturbed, same_class, database):
    from autograde.gradebook import CONFIGURATION

    setting = CONFIGURATION + f"get_config().CourseDirectory.db_url = {database!r}\n"
    (same_class / "nbgrader_config.py").write_text(setting)
    said(grading(same_class))
    assert not (same_class / "gradebook.db").exists()
    assert marks(same_class) == undisturbed[1]


def test_what_a_verdict_rests_on_includes_the_checks_data(monkeypatch, tmp_path):
    monkeypatch.setattr(submission, "utils", SimpleNamespace(__path__=[str(tmp_path)]))
    data = tmp_path / "hidden.csv"
    data.write_text("text,label\n")
    before = submission.fingerprint.__wrapped__("01_inference_pipeline")
    assert submission.fingerprint.__wrapped__("01_inference_pipeline") == before
    data.write_text("text,label\nhello,0\n")
    assert submission.fingerprint.__wrapped__("01_inference_pipeline") != before
