"""A class graded by stock nbgrader and by this grader: the same submissions, the same marks, the time of each."""

import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

from autograde.bank import answers, grade_id, solutions
from autograde.syllabus import ROOT, syllabus

NAME = "01_inference_pipeline"
UNFAIR = {"timed_out"}  # stock nbgrader, which has no limit of its own, would wait for these
MOST_WRONG = 6  # exercises of a submission


class Differs(Exception):
    """The two graders gave different marks: their times say nothing."""


def measure(
    students: int, rounds: int, sizes: tuple[int, ...], report: Callable[[str], None]
) -> dict[str, Any]:
    """Grade one class in turn, by stock nbgrader and by ours; then classes of `sizes` by ours alone.

    Every run is a command of its own, started in a fresh folder. Raises Differs, and RuntimeError when a
    command fails.
    """
    runs: dict[str, list[dict]] = {"ours": [], "peer": []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_class(folder / "class", max(students, *sizes, 0))
        release(folder / "stock")
        for number in range(rounds):
            for who, run in (("peer", _stock), ("ours", _ours)):
                report(f"{who}, round {number + 1} of {rounds}")
                runs[who].append(_in_fresh_folder(folder, students, run))
            _require_same(runs["peer"][-1].pop("marks"), runs["ours"][-1].pop("marks"))
        alone = []
        for size in sizes:
            report(f"ours alone, {size} submissions")
            run = _in_fresh_folder(folder, size, _ours)
            del run["marks"]
            alone.append(run | {"submissions": size, "each": run["seconds"] / size})
    medians = {who: statistics.median(run["seconds"] for run in kept) for who, kept in runs.items()}
    return {
        "ratio": medians["peer"] / medians["ours"],
        "ratios": {},
        "medians": medians,
        "submissions": students,
        "runs": runs,
        "alone": alone,
    }


def make_class(folder: Path, count: int) -> None:
    """`count` hand-ins below `folder`/submitted, each different, up to MOST_WRONG answers wrong in each."""
    notebook = syllabus().notebook(NAME)
    wrong: dict[str, list[str]] = {}
    for answer in answers(notebook):
        if answer.finding is not None and answer.finding not in UNFAIR:
            wrong.setdefault(answer.exercise, []).append(answer.source)
    for number in range(count):
        draw = random.Random(number)
        sources = solutions(notebook)
        for exercise in draw.sample(sorted(wrong), number % (MOST_WRONG + 1)):
            sources[exercise] = draw.choice(wrong[exercise])
        nb = nbformat.read(notebook.released, as_version=4)
        for cell in nb.cells:
            cell.source = sources.get(grade_id(cell) or "", cell.source)
        nb.cells.append(new_markdown_cell(f"Handed in by student {number}."))
        path = folder / "submitted" / f"student{number:04d}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)


def release(folder: Path) -> None:
    """What stock nbgrader needs before it can grade; not timed, since a class is released once."""
    source = folder / "solutions" / NAME
    source.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copy(ROOT / "solutions" / NAME / f"{NAME}.ipynb", source)
    _run(["nbgrader", "generate_assignment", NAME], folder)


def _in_fresh_folder(folder: Path, count: int, run: Callable[[Path], dict]) -> dict[str, Any]:
    place = folder / "run"
    shutil.copytree(folder / "stock", place)
    for path in sorted((folder / "class" / "submitted").iterdir())[:count]:
        shutil.copytree(path, place / "submitted" / path.name)
    try:
        with _watched() as samples:
            start = time.perf_counter()
            marks = run(place)
            seconds = time.perf_counter() - start
        peak = max((sample["memory"] for sample in samples), default=0)
        return {
            "seconds": seconds,
            "peak_memory": peak,
            "growth": _growth(samples),
            "marks": marks(),
        }
    finally:
        shutil.rmtree(place)


def _stock(folder: Path) -> Callable[[], dict]:
    _run(["nbgrader", "autograde", NAME], folder)

    def marks() -> dict[str, dict[str, float]]:
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
            return {
                submission.student_id: {
                    grade.name.removeprefix("test_"): grade.auto_score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                    if grade.name.startswith("test_")
                }
                for submission in gradebook.assignment_submissions(NAME)
            }

    return marks


def _ours(folder: Path) -> Callable[[], dict]:
    _run(["autograde", "grade", NAME, "--output", "marks"], folder)

    def marks() -> dict[str, dict[str, float]]:
        data = json.loads((folder / "marks" / "results.json").read_text("utf-8"))
        return {
            student: {
                name: 0.0 if exercise["bonus"] else exercise["score"]  # stock gives no bonus
                for name, exercise in result["exercises"].items()
            }
            for student, result in data["students"].items()
        }

    return marks


def _require_same(peer: dict, ours: dict) -> None:
    different = [
        f"{student}, {name}: {peer.get(student, {}).get(name)} and {ours[student][name]}"
        for student in ours
        for name in ours[student]
        if peer.get(student, {}).get(name) != ours[student][name]
    ]
    if different or set(peer) != set(ours):
        raise Differs(
            f"marks of nbgrader and ours differ: {'; '.join(different[:5]) or 'students'}"
        )


def _run(command: list[str], folder: Path) -> None:
    programs = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}")


def _growth(samples: list[dict[str, int]]) -> dict[str, float]:
    """How much each kind of sample grew: the median of the last quarter over that of the second."""
    quarter = len(samples) // 4
    if not quarter:
        return {}
    second, last = samples[quarter : 2 * quarter], samples[-quarter:]
    return {
        kind: statistics.median(one[kind] for one in last)
        / statistics.median(one[kind] for one in second)
        for kind in samples[0]
    }


@contextlib.contextmanager
def _watched() -> Iterator[list[dict[str, int]]]:
    """What this process's children have at once, twice a second: bytes of memory, open files, and how many they are.

    Shared pages count once for each that shares them, where the system cannot say better.
    """
    samples: list[dict[str, int]] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            sample = {"memory": 0, "files": 0, "processes": 0}
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    memory = process.memory_full_info()
                    sample["memory"] += getattr(memory, "pss", memory.rss)
                    sample["files"] += process.num_fds()
                    sample["processes"] += 1
            samples.append(sample)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()
