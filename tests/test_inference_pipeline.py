"""The bank of 01_inference_pipeline: every right answer accepted, every wrong one rejected with its finding."""

import pytest

from autograde.marking import InProcess, judge
from autograde.syllabus import syllabus
from tests.notebooks import solutions

NOTEBOOK = syllabus().notebook("01_inference_pipeline")


@pytest.mark.parametrize("exercise", NOTEBOOK.exercises)
def test_reference_solution_passes(exercise):
    namespace = {}
    exec(f"import torch\n{solutions(NOTEBOOK)[exercise]}", namespace)
    verdict = judge(exercise, InProcess(namespace))
    assert verdict.passed and verdict.score == NOTEBOOK.exercises[exercise], verdict


@pytest.mark.parametrize("exercise", NOTEBOOK.exercises)
def test_stub_is_a_finding(exercise):
    namespace = {}
    exec(
        f"def {exercise}(*args, **kwargs):\n"
        f"    raise NotImplementedError('exercise {exercise}: your code goes here')",
        namespace,
    )
    assert [f.id for f in judge(exercise, InProcess(namespace)).findings] == ["not_implemented"]
    assert [f.id for f in judge(exercise, InProcess({})).findings] == ["not_defined"]


@pytest.mark.parametrize("exercise", NOTEBOOK.exercises)
def test_nonsense_is_a_finding_and_never_a_fault_of_the_check(exercise):
    class Liar:
        def __eq__(self, other):
            return True

        def __getattr__(self, name):
            return self

        def __call__(self, *args, **kwargs):
            return self

    for value in (None, 0, "", [], {}, (), [[]], Liar(), float("nan"), [Liar()], {"text": Liar()}):
        verdict = judge(exercise, InProcess({exercise: lambda *a, _value=value, **k: _value}))
        assert verdict.problem is None, verdict.problem
        assert verdict.findings and verdict.score == 0, (value, verdict)


@pytest.mark.parametrize("exercise", NOTEBOOK.exercises)
def test_nonsense_tensors_are_findings_too(exercise):
    import torch

    for value in (
        torch.zeros(()),
        torch.zeros(0),
        torch.full((1, 4), float("nan")),
        torch.zeros(2, 3, 4, 5),
        torch.zeros(1, 5, dtype=torch.long),
        (torch.zeros(2), torch.zeros(2)),
    ):
        verdict = judge(exercise, InProcess({exercise: lambda *a, _value=value, **k: _value}))
        assert verdict.problem is None, verdict.problem
        assert verdict.findings and verdict.score == 0, (value, verdict)
