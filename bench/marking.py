"""How well the checks mark: right answers accepted, wrong ones named, planted faults found."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograde.bank import Answer
from autograde.marking import FIXED_SECRET
from bench.mutants import Mutant, mutants
from bench.workers import Job, Outcome

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
MUTANT_SECONDS = 2.0  # of CPU time for a call: many a mutant loops for ever
WRONG_SEEDS = 20  # of the seeds; those of a wrong answer only say whether its finding wavers
BATCH = 25  # secrets in one job

Run = Callable[[Iterable[Job]], Iterator[list[Outcome]]]

RATES = {  # figure -> (of what, the target)
    "accepted": ("right", 1.0),
    "rejected": ("wrong", 1.0),
    "named": ("wrong", 0.95),
    "killed": ("mutants", 0.95),
}


@dataclass
class Marks:
    """The figures of one exercise, or their sum over several.

    right, accepted: right answers, the reference solution among them, and those that pass.
    wrong, rejected, named: wrong answers, those that do not pass, and those with the finding that
        their file names.
    mutants, killed: faults planted in the reference solution, and those that the check finds.
    equivalent: planted faults that change nothing, by the list in equivalent.toml; not in mutants.
    seed_runs, seed_failures: right answers judged with other secrets, and failures among these.
    seed_passes: wrong answers, judged with other secrets, that pass.
    details: what is behind the figures that fall short, each a record with its kind.
    """

    right: int = 0
    accepted: int = 0
    wrong: int = 0
    rejected: int = 0
    named: int = 0
    mutants: int = 0
    killed: int = 0
    equivalent: int = 0
    seed_runs: int = 0
    seed_failures: int = 0
    seed_passes: int = 0
    details: list[dict[str, str]] = field(default_factory=list)

    def __add__(self, other: "Marks") -> "Marks":
        return Marks(*(getattr(self, name) + getattr(other, name) for name in vars(self)))

    @property
    def missed(self) -> list[str]:
        """The figures that miss their targets."""
        short = [
            name
            for name, (of, target) in RATES.items()
            if getattr(self, name) < target * getattr(self, of)
        ]
        return short + [name for name in ("seed_failures", "seed_passes") if getattr(self, name)]


def measure(
    exercise: str,
    reference: str,
    answers: list[Answer],
    run: Run,
    *,
    seeds: int,
    allowed: dict[str, str] | None,
) -> Marks:
    """Judge the answers and the mutants of one exercise.

    reference: its solved cell with the imports that it needs in front.
    seeds: right answers are judged with the secrets "0" to str(seeds - 1) too, wrong ones with
        the first WRONG_SEEDS of them.
    allowed: mutants known to be equivalent, each with the reason; None: no mutants.
    """
    marks = Marks()
    _measure_answers(marks, exercise, reference, answers, run, seeds)
    if allowed is not None:
        _measure_mutants(marks, exercise, reference, run, allowed)
    return marks


def _measure_answers(
    marks: Marks, exercise: str, reference: str, answers: list[Answer], run: Run, seeds: int
) -> None:
    entries = [(f"{exercise}/reference", reference, None)]
    entries += [(answer.name, answer.source, answer.finding) for answer in answers]
    jobs: list[tuple[str, str | None, Job]] = []
    for name, source, expected in entries:
        count = seeds if expected is None else min(seeds, WRONG_SEEDS)
        secrets = [FIXED_SECRET, *map(str, range(count))]
        for start in range(0, len(secrets), BATCH):
            job = Job(exercise, source, tuple(secrets[start : start + BATCH]))
            jobs.append((name, expected, job))
    outcomes_of_jobs = run(job for _, _, job in jobs)
    for (name, expected, job), outcomes in zip(jobs, outcomes_of_jobs, strict=True):
        for secret, outcome in zip(job.secrets, outcomes, strict=True):
            _count(marks, name, expected, secret, outcome)


def _count(marks: Marks, name: str, expected: str | None, secret: str, outcome: Outcome) -> None:
    fixed = secret == FIXED_SECRET
    as_expected = outcome == Outcome(expected)
    if expected is None:
        marks.right += fixed
        marks.accepted += fixed and as_expected
        marks.seed_runs += not fixed
        marks.seed_failures += not fixed and not as_expected
        kind = "right answer not accepted"
    else:
        marks.wrong += fixed
        marks.rejected += fixed and outcome.finding is not None
        marks.named += fixed and as_expected
        marks.seed_passes += not fixed and outcome.accepted
        kind = "wrong answer accepted" if outcome.accepted else "wrong answer with another finding"
    if not as_expected:
        got = outcome.problem or outcome.finding or "accepted"
        record = {"kind": kind, "answer": name, "secret": secret, "got": got}
        marks.details.append(record | ({"expected": expected} if expected else {}))


def _measure_mutants(
    marks: Marks, exercise: str, reference: str, run: Run, allowed: dict[str, str]
) -> None:
    planted = mutants(reference)
    jobs = (Job(exercise, mutant.source, call_seconds=MUTANT_SECONDS) for mutant in planted)
    for mutant, [outcome] in zip(planted, run(jobs), strict=True):
        killed = outcome.finding is not None
        if mutant.name in allowed and outcome.accepted:
            marks.equivalent += 1
            continue
        marks.mutants += 1
        marks.killed += killed
        if not killed:
            marks.details.append(_survivor(exercise, mutant, outcome))
        elif mutant.name in allowed:
            marks.details.append(
                {
                    "kind": "listed as equivalent, but found",
                    "answer": exercise,
                    "mutant": mutant.name,
                    "got": outcome.finding,
                }
            )
    names = {mutant.name for mutant in planted}
    marks.details += [
        {"kind": "listed as equivalent, but no mutant", "answer": exercise, "mutant": name}
        for name in allowed
        if name not in names
    ]


def _survivor(exercise: str, mutant: Mutant, outcome: Outcome) -> dict[str, str]:
    return {
        "kind": "mutant survived",
        "answer": exercise,
        "mutant": mutant.name,
        "diff": mutant.diff,
        "got": outcome.problem or "accepted",
    }


def equivalent(exercise: str, path: Path = EQUIVALENT) -> dict[str, str]:
    """Mutants of an exercise that do what the reference does: name -> reason."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get(exercise, [])
    return {entry["mutant"]: entry["reason"] for entry in entries}
