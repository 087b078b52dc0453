"""Every exercise of every notebook: its solution, its bank of known answers, no answer at all, and nonsense."""

import math

import pytest
import torch
from transformers import BatchEncoding

from autograde.bank import answers, references
from autograde.marking import InProcess, judge
from autograde.student.data import Frame
from autograde.syllabus import syllabus

EXERCISES = [
    pytest.param(notebook, name, id=f"{notebook.folder}/{name}")
    for notebook in syllabus().notebooks
    for name in notebook.exercises
]
every_exercise = pytest.mark.parametrize(("notebook", "exercise"), EXERCISES)


@every_exercise
def test_the_solution_gets_every_point(notebook, exercise):
    verdict = judge(exercise, InProcess(references(notebook.folder)))
    assert verdict.passed and verdict.score == notebook.exercises[exercise], verdict


@every_exercise
def test_every_answer_gets_what_it_deserves(notebook, exercise, figures):
    bank = [answer for answer in answers(notebook) if answer.exercise == exercise]
    mistakes = []
    for answer in bank:
        verdict = answer.judged()
        assert verdict.problem is None, f"{answer.name}:\n{verdict.problem}"
        got = verdict.findings[0].id if verdict.findings else None
        if got != answer.finding:
            mistakes.append(f"{answer.name}: expected {answer.finding}, got {verdict.findings}")
    right = sum(answer.finding is None for answer in bank)
    assert right >= 3 and len(bank) - right >= 5
    assert not mistakes, "\n".join(mistakes)
    figures.append(
        f"{exercise}: {right} right answers accepted, {len(bank) - right} wrong ones rejected by name"
    )


@every_exercise
def test_no_answer_is_named(notebook, exercise):
    def stub(*args, **kwargs):
        raise NotImplementedError(f"exercise {exercise}: your code goes here")

    unanswered = stub if callable(references(notebook.folder)[exercise]) else None
    found = [judge(exercise, InProcess(names)).findings for names in ({exercise: unanswered}, {})]
    assert [finding.id for (finding,) in found] == ["not_implemented", "not_defined"]


class Liar:
    """Equal to everything, and everything to everyone."""

    stopped = num_free = 3

    def __init__(self, value=None):
        self.value = self if value is None else value

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__

    def __getattr__(self, name):
        return self.value

    def __call__(self, *args, **kwargs):
        return self.value


NONSENSE = {
    "plain": [
        None, 0, -1, -1.5, 10**400, True, math.nan, math.inf, "", "x", "\n\n", "data: {}\n\n", "data: 7\n\n", Liar(),
    ],
    "lists": [
        [], (), [[]], [[None]], [[9, 9, 9]], [1, 2], [-1, 0], [10**9] * 4, [None] * 171, [Liar()], [(1, 2)], [(Liar(), 1.0)], [([], 0.0)],
        [([1], 0.5), ([1], torch.tensor(0.5))], [{}, {}],
    ],
    "tuples": [
        (0, 0), (1, 2), (1.0, 0.0), ("a", "b"), ("a", [1]), (math.nan, math.nan), ([], 0), ([], []), ([1], [Liar()]), (None, None, None), (Liar(), {}),
        (0, torch.zeros(6)), (torch.zeros(2), torch.zeros(2)), (torch.zeros(2).long(), 1), (torch.zeros(0).long(), -3),
        (torch.zeros(5).long(), torch.zeros(5)), (torch.zeros(1, 200).long(), {}),
        (torch.zeros(1, 9).long(), dict.fromkeys(("target_calls", "draft_calls", "drafted", "accepted"), 0)),
    ],
    "tensors": [
        torch.zeros(()), torch.tensor(True), torch.zeros(0), torch.zeros(2).long(), torch.zeros(17) > 0, torch.zeros(200).long(),
        torch.full((4,), torch.nan), torch.full((1, 4), torch.nan), torch.full((3, 9), torch.nan), torch.full((2, 3, 6), torch.nan),
        torch.full((4, 3), torch.inf), torch.full((2, 3, 8, 8), torch.inf), torch.zeros(2, 3), torch.zeros(4, 3).long(),
        torch.zeros(1, 5).long(), torch.zeros(1, 0).long(), torch.zeros(5, 5) > 0, torch.zeros(2, 3, 4, 5),
    ],
    "dicts": [
        {}, {"a": 2}, {"a": None}, {"a": math.inf}, {"a": 1e308, "b": 1e308}, {1: "a"}, {1: {2: 3}}, {(1,): [2]}, {(1,): {2: torch.zeros(2)}},
        {(): torch.zeros(2)}, {Liar(): 1.0}, {(Liar(),): {Liar(): 1}}, BatchEncoding({"input_ids": [1]}),
    ],
    "dicts with the right names": [
        {"text": Liar()}, {"text": "", "blocked_by": []}, {"ttft": Liar()}, {"choices": []}, {"choices": [{}]}, {"choices": [7]},
        {"overall": 3}, {"overall": {"n": "1", "accuracy": None}}, {"overall": {"n": 1, "accuracy": math.nan}},
        {"ttft_p50": 1.0, "ttft_p95": math.inf, "tpot_p50": 0, "tpot_p95": 0, "tokens_per_s": math.nan}, {"verifier_a": Liar()},
        {f"verifier_{letter}": 3 for letter in "abcde"}, {"token_ids": [], "u": None, "logprob": 0, "weights": ""},
        {"token_ids": [True] * 12, "u": [Liar()], "logprob": math.nan, "weights": "x"},
        {"token_ids": [-1] * 12, "u": None, "logprob": -1, "weights": "x"}, Frame(["model"], [[1]]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", NONSENSE)
@every_exercise
def test_nonsense_is_a_finding_and_never_a_fault_of_the_check(notebook, exercise, kind):
    is_function = callable(references(notebook.folder)[exercise])
    for value in NONSENSE[kind]:
        for said in (value, [value, value], Liar(value)):
            answer = (lambda *args, _said=said, **kwargs: _said) if is_function else said
            verdict = judge(exercise, InProcess({exercise: answer}))
            assert verdict.problem is None, (said, verdict.problem)
            assert verdict.findings and verdict.score == 0, (said, verdict)
