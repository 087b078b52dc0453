"""`autograde check` as a learner uses it."""

import subprocess
import sys

import nbformat
import pytest

from autograde.syllabus import syllabus
from tests.notebooks import (
    grade_id,
    released,
    solutions,
    solved,
    with_answers,
    without_exploration,
)

NOTEBOOK = syllabus().notebook("01_inference_pipeline")
POINTS = sum(NOTEBOOK.points.values())


def check(nb, folder, name=f"{NOTEBOOK.folder}.ipynb") -> tuple[int, str]:
    path = folder / name
    path.write_text(nb if isinstance(nb, str) else nbformat.writes(nb), encoding="utf-8")
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "autograde", "check", str(path)], capture_output=True, text=True
    )
    assert path.read_bytes() == before
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_the_solved_notebook_as_handed_out_gets_everything(tmp_path):
    code, said = check(solved(NOTEBOOK), tmp_path)
    assert code == 0 and f"{POINTS} of {POINTS} points, 4 bonus" in said, said


@pytest.mark.slow
def test_the_untouched_release_gets_nothing_and_only_its_exercises_fail(tmp_path):
    code, said = check(released(NOTEBOOK), tmp_path)
    assert code == 1 and f"0 of {POINTS} points" in said
    assert said.count("(not_implemented)") == len(NOTEBOOK.exercises)


@pytest.mark.slow
def test_mixed_answers_a_lost_test_cell_and_a_dead_kernel(tmp_path):
    answers = solutions(NOTEBOOK)
    answers["left_pad"] = answers["left_pad"].replace("[0] * gap + [1]", "[1] * gap + [0]")
    nb = without_exploration(with_answers(NOTEBOOK, answers))
    nb.cells = [cell for cell in nb.cells if grade_id(cell) != "test_encode_chat"]
    code, said = check(nb, tmp_path)
    assert code == 1 and f"{POINTS - 2} of {POINTS} points" in said, said
    assert "mask_inverted" in said

    answers["next_token_loss"] = "import os\nos._exit(1)"
    nb = without_exploration(with_answers(NOTEBOOK, answers))
    code, said = check(nb, tmp_path)
    lost = 2 + 2 + 3  # left_pad, next_token_loss, infer
    assert code == 1 and f"{POINTS - lost} of {POINTS} points" in said, said
    assert said.count("could not be judged: its test cell did not run") == 4


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("", "01_inference_pipeline.ipynb", "is not a notebook"),
        ("<html></html>", "01_inference_pipeline.ipynb", "is not a notebook"),
        ('{"cells": [', "01_inference_pipeline.ipynb", "is not a notebook"),
        ('{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
         "01_inference_pipeline.ipynb", "is not a notebook"),
        ("{}", "homework.ipynb", "course.toml has no notebook"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_refused_in_one_sentence(tmp_path, text, name, sentence):
    code, said = check(text, tmp_path, name)
    assert code == 2 and sentence in said and "Traceback" not in said
    assert len(said.strip().splitlines()) == 1, said


def test_a_missing_file(tmp_path):
    path = tmp_path / "01_inference_pipeline.ipynb"
    done = subprocess.run(
        [sys.executable, "-m", "autograde", "check", str(path)], capture_output=True, text=True
    )
    assert done.returncode == 2 and "does not exist" in done.stderr
