"""The hidden checks give the same marks wherever the student's code runs: here, behind walls, or under stock nbgrader."""

import pytest

from autograde.bank import answers, imports
from autograde.marking import FIXED_SECRET, judge
from autograde.sandbox import Limits, Sandbox
from autograde.syllabus import syllabus

pytestmark = pytest.mark.slow

BANK = [(notebook, answer) for notebook in syllabus().notebooks for answer in answers(notebook)]


@pytest.fixture(scope="module")
def box():
    with Sandbox(Limits(), []) as box:
        for notebook in syllabus().notebooks:
            assert not box.run(imports(notebook)).stopped
        yield box


@pytest.mark.parametrize(
    ("notebook", "answer"), BANK, ids=[f"{n.folder}/{a.name}" for n, a in BANK]
)
def test_behind_walls_as_here(box, notebook, answer):
    here = answer.judged()
    names = box.run("sorted(globals())")
    assert not box.run(answer.source).stopped
    with box.student() as student:
        there = judge(answer.exercise, student, FIXED_SECRET)
    box.run(
        f"for _ in set(globals()) - set({names.outputs[0].data['text/plain']}): del globals()[_]"
    )
    assert (there.score, there.problem) == (here.score, None)
    assert [f.id for f in there.findings] == [f.id for f in here.findings]
    assert (there.findings[0].id if there.findings else None) == answer.finding
