"""The hostile corpus against the whole grader: no mark gained, none lost by honest work, nothing leaked, nothing left."""

import os
import shutil
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograde.grade import grade, hand_ins
from autograde.sandbox import Limits
from autograde.submission import find_task
from tests import hostile
from tests.processes import descendants

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program"),
]
CORPUS = [fixture for fixture in hostile.load_corpus() if not fixture.students]
NAMES = [fixture for fixture in hostile.load_corpus() if fixture.students]
# Stricter than in earnest, so that what runs into a limit does it soon.
LIMITS = Limits(call=3, cell=15, notebook=150, memory=2 << 30, disk=128 << 20, output=200_000)
WORKERS = 2


def grade_share(folder: Path, share: int) -> dict:
    """Grade every WORKERS-th hand-in; return the results of its students."""
    task = find_task(hostile.ASSIGNMENT)
    students = set(sorted(path.name for path in (folder / "submitted").iterdir())[share::WORKERS])
    output = folder / f"marks{share}"
    return grade(
        task, folder / "submitted", output, students=students, limits=LIMITS
    ).data["students"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    yield folder
    shutil.rmtree(folder)  # a gigabyte in all


@pytest.fixture(scope="module")
def processes_before():
    return set(descendants())


@pytest.fixture(scope="module")
def graded(folder, processes_before, figures):
    """Student -> result, one student for each fixture, and an honest one first and last."""
    for fixture in CORPUS:
        hostile.write(fixture, folder / "submitted" / fixture.name / hostile.ASSIGNMENT)
    for name in ("00_honest", "zz_honest"):
        honest = folder / "submitted" / name / hostile.ASSIGNMENT / hostile.FILE
        honest.parent.mkdir(parents=True)
        honest.write_bytes(hostile.HandIn().to_bytes())
    start = time.monotonic()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        shares = list(pool.map(grade_share, [folder] * WORKERS, range(WORKERS)))
    students = {name: result for share in shares for name, result in share.items()}
    longest = max(students, key=lambda name: students[name]["seconds"])
    figures.append(
        f"hostile corpus: {len(students)} hand-ins in {time.monotonic() - start:.0f} s; "
        f"the longest {longest}: {students[longest]['seconds']:.0f} s"
    )
    return students


def judged(folder: Path, name: str) -> str:
    """The text of a judged notebook."""
    [path] = folder.glob(f"marks*/autograded/{name}/*/*.ipynb")
    nbformat.validate(nbformat.read(path, as_version=4))
    return path.read_text("utf-8")


@pytest.mark.parametrize("fixture", CORPUS, ids=lambda fixture: fixture.name)
def test_it_gets_the_mark_it_deserves(graded, folder, fixture):
    result = graded[fixture.name]
    lost = {name for name, exercise in result["exercises"].items() if not exercise["passed"]}
    failed = fixture.status == "failed"
    assert lost == (hostile.every_exercise() if failed else fixture.loses), result
    assert result["status"] == fixture.status
    assert fixture.problems <= {problem["code"] for problem in result["problems"]}
    for name, id in fixture.findings.items():
        assert id in [finding["id"] for finding in result["exercises"][name]["findings"]]
    text = judged(folder, fixture.name) + str(result)
    assert hostile.leaks(text) == []


@pytest.mark.parametrize("name", ["00_honest", "zz_honest"])
def test_honest_work_beside_it_loses_nothing(graded, name):
    assert graded[name]["status"] == "graded" and graded[name]["problems"] == []
    assert all(exercise["passed"] for exercise in graded[name]["exercises"].values())


def test_no_process_is_left(graded, processes_before):
    time.sleep(1)
    left = [
        command
        for pid, command in descendants().items()
        if pid not in processes_before
        and any(word in command for word in ("hostile-daemon", "autograde.student", "bwrap"))
    ]
    assert left == []


@pytest.mark.parametrize("fixture", NAMES, ids=lambda fixture: fixture.name)
def test_hostile_names(fixture, tmp_path):
    for student in fixture.students:
        (tmp_path / "submitted" / student / hostile.ASSIGNMENT).mkdir(parents=True)
    folders, refused = hand_ins(tmp_path / "submitted", hostile.ASSIGNMENT)
    kept = {unicodedata.normalize("NFC", name) for name in fixture.students}
    kept -= {unicodedata.normalize("NFC", name) for name in fixture.refused}
    either = {unicodedata.normalize("NFC", name) for name in fixture.either}
    assert kept - either <= set(folders) <= kept
    hidden = [student for student in fixture.students if student.startswith(".")]
    assert len(folders) + len(refused) + len(hidden) == len(fixture.students)
    # Empty hand-ins fail without a kernel; their names go the whole way.
    results = grade(find_task(hostile.ASSIGNMENT), tmp_path / "submitted", tmp_path / "marks")
    assert set(results.data["students"]) == set(folders)
    with Gradebook(f"sqlite:///{tmp_path / 'marks' / 'gradebook.db'}") as book:
        assert {student.id for student in book.students} == set(folders)
    for student in folders:
        assert (tmp_path / "marks" / "autograded" / student / hostile.ASSIGNMENT).is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marks", "submitted"]


def test_every_kind_is_there():
    assert {fixture.number for fixture in CORPUS + NAMES} == set(range(1, 51))


def test_marks_with_all_cells_are_those_with_the_needed_ones(tmp_path, monkeypatch):
    """What nobody changed need not run: once in full, and once as it is done."""
    from autograde import needed

    hand_in = hostile.HandIn()
    hand_in.answer("left_pad", "def left_pad(sequences, pad_token_id):\n    return tokenizer.pad")
    hand_in.answer("encode_chat", hostile.stub("encode_chat"))
    path = tmp_path / "submitted" / "anna" / hostile.ASSIGNMENT / hostile.FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(hand_in.to_bytes())
    marks = []
    for name, full in (("needed", False), ("full", True)):
        if full:
            monkeypatch.setattr(needed.Needs, "all", lambda self: self.written | self.given)
        results = grade(
            find_task(hostile.ASSIGNMENT),
            tmp_path / "submitted",
            tmp_path / name,
            limits=replace(Limits(), cell=120),
        )
        marks.append(results.data["students"]["anna"]["exercises"])
    assert marks[0] == marks[1]
    assert {name for name, mark in marks[0].items() if not mark["passed"]} == {
        "left_pad",
        "encode_chat",
    }


def test_the_corpus_is_safe_to_read():
    """Loading the fixtures runs nothing of what they hold."""
    code = "from tests import hostile; [f.files() for f in hostile.load_corpus()]; print('read')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
    )  # fmt: skip
    assert done.stdout == "read\n", done.stderr
