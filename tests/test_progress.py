"""`autograde check` remembers what a learner has passed; `course.py progress` (tests/test_course.py) reads it."""

import json

import nbformat
import pytest
from typer.testing import CliRunner

from autograde import check, syllabus
from autograde.__main__ import app
from autograde.exercise import Finding
from autograde.marking import Verdict
from autograde.progress import FILE

FOLDER = "01_inference_pipeline"


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """Checks a notebook in a clone's folder `place`, where these exercises pass; returns what was said."""
    syllabus.syllabus()  # read here, and kept
    monkeypatch.setattr(syllabus, "ROOT", tmp_path)

    def run(*passed: str, place: str = "work") -> str:
        path = tmp_path / place / FOLDER / f"{FOLDER}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(), path)
        wrong = [Finding("wrong_value", "not this")]
        verdicts = [
            Verdict(name, float(name in passed), 1.0, [] if name in passed else wrong)
            for name in ("token_table", "infer")
        ]
        monkeypatch.setattr(check, "check", lambda *_: verdicts)
        return CliRunner().invoke(app, ["check", str(path)]).output

    return run


def known(tmp_path):
    return json.loads((tmp_path / "work" / FILE).read_text("utf-8"))


def test_what_was_passed_once_stays_passed(learner, tmp_path):
    learner("infer")
    assert known(tmp_path) == {FOLDER: ["infer"]}
    learner("token_table")
    assert known(tmp_path) == {FOLDER: ["infer", "token_table"]}
    assert not list(tmp_path.glob("work/*.part"))


def test_other_notebooks_are_kept(learner, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / FILE).write_text('{"00_next_token_by_hand": ["ngram_prob"]}')
    learner("infer")
    assert known(tmp_path) == {"00_next_token_by_hand": ["ngram_prob"], FOLDER: ["infer"]}


def test_somebody_elses_notebook_is_not_the_learners(learner, tmp_path):
    learner("infer", place="submitted/12345")
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"01_inference_pipeline": 3}'])
def test_a_damaged_memory_costs_no_marks_and_is_kept(learner, tmp_path, damaged):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / FILE).write_text(damaged)
    said = learner("infer")
    assert "1 of 25 points" in said
    assert "not remembered" in said and "is damaged: mend " in said and "Traceback" not in said
    assert (tmp_path / "work" / FILE).read_text() == damaged
