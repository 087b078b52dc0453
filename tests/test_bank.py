"""The bank: every right answer is accepted, every wrong one rejected with the finding that names its mistake."""

import pytest

from autograde.bank import answers
from autograde.syllabus import syllabus

EXERCISES = [(notebook, name) for notebook in syllabus().notebooks for name in notebook.exercises]


@pytest.mark.parametrize(
    ("notebook", "exercise"), EXERCISES, ids=[f"{n.folder}/{name}" for n, name in EXERCISES]
)
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
