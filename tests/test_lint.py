"""lint is silent on what is committed, and names each broken rule."""

import shutil

import pytest

from autograde import syllabus
from autograde.lint import lint
from autograde.syllabus import ROOT

NOTEBOOKS = syllabus.syllabus().notebooks


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.folder)
def test_what_is_committed_follows_the_rules(notebook):
    assert lint(notebook) == []


@pytest.mark.filterwarnings("ignore:Non-unique cell id")
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("**Before you start**", "**First**", "the first cell has no 'Before you start'"),
        ("<!-- badges -->", "", "the first cell has no 'Open in Colab'"),
        ("## Summary", "## The end", "there is no '## Summary'"),
        ('"points": 2', '"points": 7', "its test cell gives 7 points"),
        ('"grade_id": "try_left_pad"', '"grade_id": "look_left_pad"', "no cell with grade_id"),
        ('"grade_id": "test_left_pad"', '"grade_id": "test_encode_chat"', "stands 2 times"),
        ('print("left_pad: public checks passed")', 'print("all tests passed")', "must end in"),
        ("8 minutes · 2 points", "88 minutes · 2 points", "its cards add up to"),
        ("difficulty 1 of 5", "rather easy", "left_pad: no card above it"),
        ("# Worked example: `left_pad", "# For example `left_pad", "left_pad: its card has no"),
        ("<details><summary>Hint", "<details><summary>Help", "fewer than two hints"),
        ('    """One batch of sequences', '    x = """One batch of sequences', "no docstring"),
        ('mark("left_pad", globals())', 'print("ok")', "must hold the hidden line"),
        ("utils.check_setup()", "utils.check_setup('minilm')", "its set-up cell is not that of 00"),
        ("## Before you hand in", "## The end", "its cell before the last is not that of 00"),
        ("utils.hand_in_report()", "utils.memory_report()", "its last cell is not that of 00"),
        ("import time\n", "import time  #" + " x" * 50 + "\n", "a line of"),
        ("## Check yourself", "## Check yourself\n#\n# ![](x.png)", "a picture without alt text"),
    ],
)
def test_a_broken_rule_is_named(tmp_path, monkeypatch, old, new, problem):
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    monkeypatch.setattr(syllabus, "ROOT", tmp_path)
    notebook = syllabus.syllabus().notebook("01_inference_pipeline")
    text = notebook.source.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 2 if "Hint" in old else 1)
    notebook.source.write_text(changed, encoding="utf-8")
    problems = lint(notebook)
    assert any(problem in found for found in problems), problems
