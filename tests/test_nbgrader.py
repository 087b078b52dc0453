"""Stock nbgrader works on the course, from generate_assignment to export, and formgrader opens on it."""

import csv
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograde.release import configure
from autograde.syllabus import ROOT, syllabus
from tests.notebooks import nbgrader, released, solutions, solved, with_answers

NOTEBOOK = syllabus().notebook("01_inference_pipeline")
POINTS = sum(NOTEBOOK.points.values())

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """An instructor's folder after `nbgrader autograde`: a solved, an untouched and a mixed hand-in."""
    folder = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    answers = solutions(NOTEBOOK)
    # Right, but chatty on stderr: stock nbgrader must not take that for a failure.
    answers["left_pad"] = "import sys\n" + answers["left_pad"].replace(
        "    width =", "    print('hm', file=sys.stderr)\n    width ="
    )
    answers["next_token_loss"] = answers["next_token_loss"].replace(
        "labels[:, 1:]", "labels[:, :-1]"
    )
    for student, nb in (
        ("solved", solved(NOTEBOOK)),
        ("untouched", released(NOTEBOOK)),
        ("mixed", with_answers(NOTEBOOK, answers)),
    ):
        path = folder / "submitted" / student / NOTEBOOK.folder / f"{NOTEBOOK.folder}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)
    nbgrader("generate_assignment", NOTEBOOK.folder, cwd=folder)
    nbgrader("autograde", NOTEBOOK.folder, cwd=folder)
    return folder


def test_scores_in_the_gradebook(class_folder):
    with Gradebook(f"sqlite:///{class_folder / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions(NOTEBOOK.folder)
        scores = {s.student.id: (s.score, s.max_score) for s in submissions}
    assert scores == {
        "solved": (POINTS, POINTS),
        "untouched": (0, POINTS),
        "mixed": (POINTS - NOTEBOOK.points["next_token_loss"], POINTS),
    }


def test_feedback_and_export(class_folder):
    nbgrader("generate_feedback", NOTEBOOK.folder, cwd=class_folder)
    page = class_folder / "feedback" / "mixed" / NOTEBOOK.folder / f"{NOTEBOOK.folder}.html"
    assert "[not_shifted]" in page.read_text(encoding="utf-8")
    nbgrader("export", "--to=grades.csv", cwd=class_folder)
    with (class_folder / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"solved": POINTS, "untouched": 0, "mixed": POINTS - 2}


def test_validate_says_what_a_student_should_know(class_folder):
    def validate(student: str) -> str:
        path = f"submitted/{student}/{NOTEBOOK.folder}/{NOTEBOOK.folder}.ipynb"
        return nbgrader("validate", path, cwd=class_folder)

    assert "Success! Your notebook passes all the tests." in validate("solved")
    said = validate("untouched")
    for exercise in NOTEBOOK.exercises:
        assert f"exercise {exercise}: your code goes here" in said


def test_formgrader_opens_on_it(class_folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    server = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
        ],
        cwd=class_folder,
        env=os.environ | {"JUPYTER_TOKEN": token},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def get(path: str) -> str:
        url = f"http://127.0.0.1:{port}{path}"
        request = urllib.request.Request(url, headers={"Authorization": f"token {token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    try:
        for _ in range(120):
            assert server.poll() is None
            try:
                get("/api/status")
                break
            except OSError:
                time.sleep(0.25)
        assert "formgrader" in get("/formgrader/manage_assignments")
        listed = {each["name"]: each for each in json.loads(get("/formgrader/api/assignments"))}
        assignment = listed[NOTEBOOK.folder]
        assert assignment["num_submissions"] == 3 and assignment["max_score"] == POINTS
    finally:
        server.terminate()
        server.wait(20)


def test_a_cell_may_take_longer_than_nbgraders_30_seconds():
    assert Execute(config=configure(Config())).timeout >= 300
