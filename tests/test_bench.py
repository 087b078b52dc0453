"""The benchmarks: what they count as right and wrong, and what they write. No time is asserted."""

import json
import random
import sys

import pytest
import torch
from typer.testing import CliRunner

from autograde.bank import Answer, answers, imports, solutions
from autograde.exercise import CHECKS, require
from autograde.marking import FIXED_SECRET
from autograde.syllabus import syllabus
from bench import __main__ as bench
from bench.marking import Marks, equivalent, measure
from bench.mutants import mutants
from bench.workers import STUCK, Job, Outcome, Workers, judged

NOTEBOOK = syllabus().notebook("01_inference_pipeline")


# --- mutants --------------------------------------------------------------------------------------


def changes(body: str, head: str = "def f(a, b=2):") -> list[str]:
    """The changed lines in mutants of a function with this body."""
    names = [mutant.name for mutant in mutants(f"{head}\n" + body)]
    assert len(set(names)) == len(names)
    return names


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a < 1", ["return a <= 1", "return a >= 1", "return a < 2", "return a < 0"]),
        ("return a is None", ["return a is not None"]),
        ("return a + b", ["return a - b", "return a", "return b"]),
        ("return a and b", ["return a or b", "return a", "return b"]),
        ("return not a", ["return a"]),
        ("return True", ["return False"]),
        ("return a[1:b]", ["return a[:b]", "return a[1:]", "return a[1:b + 1]", "return a[2:b]"]),
        ("return a[b]", ["return a[b + 1]", "return a[b - 1]"]),
        ("return max(a, b)", ["return max(b, a)", "return max(b)", "return min(a, b)"]),
        ("return a.clamp(min=0)", ["return a", "return a.clamp()", "return a.clamp(min=1)"]),
        ("return a if b else 3", ["return a if not b else 3", "return a", "return 3"]),
        ("return [x for x in a if x]", ["return [x for x in a]", "return [x for x in a if not x]"]),
        ("return a or []", ["return a", "return a or [None]", "return a and []"]),
        ("return range(a)", ["return range(a + 1)", "return range(a - 1)"]),
        ("return (a, b)", ["return (b, a)"]),
        ("return {'x': a, 'y': b}", ["return {'y': b}", "return {'x': a}"]),
        ("a += b", ["a -= b", "a = b", "pass"]),
        ("raise ValueError('no')", ["raise Exception('no')", "pass"]),
    ],
)
def test_mutants_of_a_line(line, expected):
    found = {name.removeprefix(f"{line} -> ") for name in changes(f"    {line}")}
    assert set(expected) <= found


def test_mutants_of_blocks_and_of_the_head():
    found = changes("    with a:\n        while b:\n            break\n    if b:\n        a()")
    assert {
        "with a: -> (nothing)",
        "while b: -> while not b:",
        "break -> continue",
        "if b: -> if not b:",
        "if b: -> if True:",
        "if b:; a() -> pass",
        "def f(a, b=2): -> def f(a, b):",
        "def f(a, b=2): -> def f(a, b=3):",
    } <= set(found)


def test_words_for_people_are_not_mutated():
    body = '    """Doc 1."""\n    raise ValueError(f"no {a} 1", "two")'
    assert not [name for name in changes(body) if "Doc" in name or "''" in name or '""' in name]


def test_modules_are_no_values():
    assert "return torch.zeros(a) -> return torch" not in changes("    return torch.zeros(a)")


def test_lines_that_stand_twice_have_names_of_their_own():
    found = changes("    a()\n    b()\n    a()", head="def f(a, b):")
    assert {"a() -> pass", "a() -> pass (2)"} <= set(found)


@pytest.mark.parametrize("exercise", NOTEBOOK.exercises)
def test_mutants_of_a_solution_compile_and_the_list_of_equivalent_ones_is_current(exercise):
    planted = {mutant.name: mutant.source for mutant in mutants(solutions(NOTEBOOK)[exercise])}
    assert len(planted) == len(set(planted.values())) >= 10
    for name, source in planted.items():
        compile(source, name, "exec")
    assert set(equivalent(exercise)) <= set(planted)


# --- what the marking bench counts ----------------------------------------------------------------

REFERENCE = "def left_pad(x):\n    if x > 3:\n        return x + 1\n    return 0"


@pytest.fixture
def planted(monkeypatch, tmp_path):
    """measure() on a check of the test's own, in this process, with these answers."""
    judged(Job("left_pad", REFERENCE))  # registers the real checks, so that they do not come later

    def run(check, sources: dict[str, tuple[str | None, str]], seeds=0, allowed=None) -> Marks:
        monkeypatch.setitem(CHECKS, "left_pad", check)
        bank = []
        for name, (finding, source) in sources.items():
            path = tmp_path / f"{name}.py"
            path.write_text(source, encoding="utf-8")
            bank.append(Answer("left_pad", path, finding))
        return measure(
            "left_pad",
            REFERENCE,
            bank,
            lambda jobs: map(judged, jobs),
            seeds=seeds,
            allowed=allowed,
        )

    return run


def weak_check(student, draw):
    """Knows what happens above 3, and at no other place."""
    require(student["left_pad"](9) == 10, "wrong_value", "not one more")


def strong_check(student, draw):
    for value in (2, 3, 4, 9):
        wanted = value + 1 if value > 3 else 0
        require(student["left_pad"](value) == wanted, "wrong_value", "not one more")


def records(marks: Marks, kind: str) -> list[dict]:
    return [record for record in marks.details if record["kind"] == kind]


def test_a_wrong_right_answer_is_not_accepted(planted):
    marks = planted(
        strong_check,
        {"good": (None, REFERENCE), "planted": (None, "def left_pad(x):\n    return x + 1")},
    )
    assert (marks.right, marks.accepted) == (3, 2)  # with the reference
    [record] = records(marks, "right answer not accepted")
    assert record["answer"] == "left_pad/planted" and record["got"] == "wrong_value"
    assert "accepted" in marks.missed


def test_wrong_answers_are_rejected_by_name_or_not(planted):
    marks = planted(
        weak_check,
        {
            "named": ("wrong_value", "def left_pad(x):\n    return 0"),
            "misnamed": ("wrong_shape", "def left_pad(x):\n    return 0"),
            "passes": ("wrong_value", "def left_pad(x):\n    return x + 1"),
        },
    )
    assert (marks.wrong, marks.rejected, marks.named) == (3, 2, 1)
    [record] = records(marks, "wrong answer with another finding")
    assert (record["expected"], record["got"]) == ("wrong_shape", "wrong_value")
    assert [r["answer"] for r in records(marks, "wrong answer accepted")] == ["left_pad/passes"]
    assert {"rejected", "named"} <= set(marks.missed)


def test_a_survivor_is_reported_with_its_diff_unless_it_is_listed(planted):
    survivor = "if x > 3: -> if x >= 3:"
    marks = planted(weak_check, {}, allowed={})
    [record] = [r for r in records(marks, "mutant survived") if r["mutant"] == survivor]
    assert "-    if x > 3:" in record["diff"] and "+    if x >= 3:" in record["diff"]
    assert 0 < marks.killed < marks.mutants and "killed" in marks.missed

    listed = planted(weak_check, {}, allowed={survivor: "for this test"})
    assert listed.equivalent == 1 and listed.mutants == marks.mutants - 1
    assert not [r for r in records(listed, "mutant survived") if r["mutant"] == survivor]


def test_a_strong_check_kills_all_but_the_equivalent(planted):
    marks = planted(strong_check, {}, allowed={})
    assert not records(marks, "mutant survived") and marks.killed == marks.mutants > 10


def test_a_listed_mutant_that_is_found_or_does_not_exist_is_reported(planted):
    allowed = {"if x > 3: -> if x >= 3:": "wrong", "nothing -> like this": "stale"}
    marks = planted(strong_check, {}, allowed=allowed)
    assert marks.equivalent == 0 and marks.killed == marks.mutants
    assert len(records(marks, "listed as equivalent, but found")) == 1
    assert len(records(marks, "listed as equivalent, but no mutant")) == 1


def test_a_flaky_check_is_a_failure_under_a_seed(planted):
    def flaky(student, draw: random.Random):
        require(draw.random() < 0.5, "unlucky", "the draw was bad")

    marks = planted(flaky, {}, seeds=40)
    failures = [r for r in marks.details if r["secret"] != FIXED_SECRET]
    assert marks.seed_runs == 40 and 0 < marks.seed_failures == len(failures) < 40
    assert "seed_failures" in marks.missed and {r["got"] for r in failures} == {"unlucky"}


def test_a_wrong_answer_that_passes_under_a_seed_counts(planted):
    def lucky(student, draw: random.Random):
        require(draw.random() < 0.5 or student["left_pad"](9) == 10, "wrong_value", "not one more")

    wrong = "def left_pad(x):\n    return 0"
    marks = planted(lucky, {"wrong": ("wrong_value", wrong)}, seeds=20)
    passes = records(marks, "wrong answer accepted")
    others = [r for r in passes if r["secret"] != FIXED_SECRET]
    assert marks.seed_failures == 0 and 0 < marks.seed_passes == len(others) < 20
    assert "seed_passes" in marks.missed


def test_a_fault_of_the_check_is_neither_acceptance_nor_rejection(planted):
    def broken(student, draw):
        student["left_pad"](9)
        raise ZeroDivisionError

    marks = planted(
        broken, {"wrong": ("wrong_value", "def left_pad(x):\n    return 0")}, allowed={}
    )
    assert (marks.accepted, marks.rejected) == (0, 0)
    assert any("ZeroDivisionError" in r["got"] for r in records(marks, "mutant survived"))


# --- processes ------------------------------------------------------------------------------------


def test_a_job_that_hangs_or_dies_costs_only_itself():
    [right] = [a for a in answers(NOTEBOOK) if a.name == "left_pad/right_lists"]
    [wrong] = [a for a in answers(NOTEBOOK) if a.name == "left_pad/wrong_zeros"]
    endless = "def left_pad(*args):\n    while True:\n        pass"
    jobs = [
        Job("left_pad", "while True:\n    pass"),  # in no call, so under no limit of the judge's
        Job("left_pad", right.source, ("0", "1")),
        Job("left_pad", "import os\nos._exit(3)"),
        Job("left_pad", endless, call_seconds=0.5),
        Job("left_pad", "1 / 0"),
        Job("left_pad", wrong.source),
    ]
    with Workers(1, patience=10.0) as workers:
        stuck, accepted, dead, timed_out, raised, found = workers(jobs)
    assert stuck == dead == [Outcome(STUCK)]
    assert accepted == [Outcome(), Outcome()]
    assert timed_out == [Outcome("timed_out")]
    assert raised[0].finding is None and "ZeroDivisionError" in raised[0].problem
    assert found == [Outcome(wrong.finding)]


def test_the_command_marks_the_bank_and_writes_its_figures(monkeypatch, tmp_path):
    class Here:
        def __enter__(self):
            return lambda jobs: map(judged, jobs)

        def __exit__(self, *exception):
            pass

    monkeypatch.setattr("bench.workers.Workers", Here)
    monkeypatch.setattr(type(NOTEBOOK), "exercises", {"left_pad": 2})
    file = tmp_path / "marking.json"
    done = CliRunner().invoke(
        bench.app, ["marking", NOTEBOOK.folder, "--seeds", "2", "--json", str(file)]
    )
    assert done.exit_code == 0, done.output
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["notebooks"] == [NOTEBOOK.folder] and data["seeds"] == 2 and data["missed"] == []
    figures = data["exercises"]["left_pad"]
    bank = [answer for answer in answers(NOTEBOOK) if answer.exercise == "left_pad"]
    right = 1 + sum(answer.finding is None for answer in bank)
    assert figures["accepted"] == figures["right"] == right
    assert figures["seed_runs"] == 2 * right
    assert figures["rejected"] == figures["wrong"] == len(bank) + 1 - right
    planted = mutants(f"{imports(NOTEBOOK)}\n{solutions(NOTEBOOK)['left_pad']}")
    assert figures["mutants"] + figures["equivalent"] == len(planted)
    assert data["total"] == {k: v for k, v in figures.items() if k != "details"}
    assert data["machine"]["cores"] and data["machine"]["torch"]
    assert "ratio" not in data


def test_an_unknown_notebook_is_refused():
    done = CliRunner().invoke(bench.app, ["marking", "99_nothing"])
    assert done.exit_code == 2 and "99_nothing" in done.output


# --- loading --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_round_of_loading(tmp_path):
    file = tmp_path / "loading.json"
    done = CliRunner().invoke(bench.app, ["loading", "--rounds", "1", "--json", str(file)])
    assert done.exit_code == 0, done.output
    data = json.loads(file.read_text(encoding="utf-8"))
    runs = data["runs"]
    assert all(len(kept) == data["rounds"] == 1 for kept in runs.values())
    seconds = {variant: kept[0]["seconds"] for variant, kept in runs.items()}
    assert data["medians"] == seconds
    assert data["ratio"] == seconds["float32/peer"] / seconds["float32/ours"]
    forward = {variant: kept[0]["seconds_with_forward"] for variant, kept in runs.items()}
    assert all(forward[variant] > seconds[variant] for variant in runs)
    assert data["ratios"] == {
        "weights_only": seconds["weights_only/peer"] / seconds["weights_only/ours"],
        "default_dtype": seconds["default_dtype/peer"] / seconds["default_dtype/ours"],
        "with_first_forward": forward["float32/peer"] / forward["float32/ours"],
    }
    assert len({runs[f"float32/{who}"][0]["logits"] for who in ("ours", "peer")}) == 1
    assert {runs[f"float32/{who}"][0]["dtype"] for who in ("ours", "peer")} == {"float32"}
    assert data["machine"]["cores"] and data["machine"]["transformers"]


def test_loads_that_differ_are_not_compared():
    from bench.loading import COMPARISONS, Differs, _require_same

    runs = {
        f"{comparison}/{who}": [{"logits": "same"}]
        for comparison in COMPARISONS
        for who in ("ours", "peer")
    }
    _require_same(runs)
    runs["float32/peer"].append({"logits": "others"})
    with pytest.raises(Differs):
        _require_same(runs)


# --- grading --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program")
def test_one_round_of_grading(tmp_path):
    file = tmp_path / "grading.json"
    arguments = ["grading", "--students", "1", "--alone", "0", "--json", str(file)]
    done = CliRunner().invoke(bench.app, arguments)
    assert done.exit_code == 0, done.output
    data = json.loads(file.read_text("utf-8"))
    seconds = {who: runs[0]["seconds"] for who, runs in data["runs"].items()}
    assert data["ratio"] == seconds["peer"] / seconds["ours"]
    assert data["medians"] == seconds and data["alone"] == []
    for (run,) in data["runs"].values():
        assert run["peak_memory"] > 0 and run["growth"].keys() == {"memory", "files", "processes"}


def test_growth_is_of_the_last_quarter_over_the_second():
    from bench.grading import _growth

    assert _growth([{"files": count} for count in (0, 0, 3, 3, 5, 5, 6, 6)]) == {"files": 2.0}
    assert _growth([{"files": 1}] * 3) == {}


def test_other_marks_are_no_figure():
    from bench.grading import Differs, _require_same

    same = {"anna": {"infer": 3.0}}
    _require_same(same, same)
    for other in ({"anna": {"infer": 2.0}}, {}, same | {"bert": {"infer": 0.0}}):
        with pytest.raises(Differs):
            _require_same(other, same)


# --- decoding -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_decoding_in_small(tmp_path):
    path = tmp_path / "figures.json"
    options = ["--prompts", "1", "--tokens", "4", "--json", str(path)]
    result = CliRunner().invoke(bench.app, ["decoding", *options])
    assert result.exit_code == 0, result.output
    figures = json.loads(path.read_text())
    assert set(figures["ratios"]) == {"float32", "default"}
    assert figures["ratio"] == figures["ratios"]["default"]
    assert all(len(kept["ours"]) == 4 for kept in figures["rates"].values())


@pytest.mark.slow
def test_speculative_in_small(tmp_path):
    path = tmp_path / "figures.json"
    options = ["--prompts", "1", "--tokens", "6", "--same", "1", "--json", str(path)]
    result = CliRunner().invoke(bench.app, ["speculative", *options])
    assert result.exit_code == 0, result.output
    figures = json.loads(path.read_text())
    assert "transformers, lookup" in result.output  # whole, also where no terminal is
    assert figures["ratio"] == figures["ratios"]["chat, head + lookup"] > 0
    assert figures["law_p_value"] > 1e-9
    assert figures["identical"] == 1 and len(figures["runs"]) == 2 * 2 * 4 * 8
    for run in figures["runs"]:
        assert run["rate"] > 0
    drafted = [row for row in figures["rows"] if "alpha" in row]
    assert {row["loop"] for row in drafted} == {"head + lookup", "head", "draft", "lookup"}
    assert all(0 <= row["alpha"] <= 1 and row["predicted"] > 0 for row in drafted)


def test_the_joint_law_refuses_a_biased_loop(monkeypatch):
    from bench import decoding

    def from_the_draft(target, draft, ids, gamma, tokens, eos_token_id, temperature, generator):
        for _ in range(tokens):
            law = (draft(ids).logits[0, -1] / temperature).softmax(-1)
            ids = torch.cat([ids, torch.multinomial(law, 1, generator=generator)[None]], 1)
        return ids, {}

    monkeypatch.setattr(
        decoding, "references", lambda folder: {"speculative_generate": from_the_draft}
    )
    assert decoding.law(2000) < 1e-9


def test_a_loop_that_gives_other_ids_has_no_rate():
    from bench import decoding

    ids = torch.tensor([[1, 2]])
    runs = {
        "cached loop": decoding.Run(ids, 1, 1.0, {}),
        "transformers": decoding.Run(ids + 1, 1, 1.0, {}),
    }
    decoding._require_same("float32", runs)  # theirs may break ties in its own way
    runs["head"] = decoding.Run(ids + 1, 1, 1.0, {})
    decoding._require_same("default", runs)
    with pytest.raises(decoding.Differs, match="head and cached loop"):
        decoding._require_same("float32", runs)
