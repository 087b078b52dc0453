"""00_next_token_by_hand: the explorer, answers that are variables, and reflections graded by hand."""

import json
import math
import os
import random
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from types import SimpleNamespace

import nbformat
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from transformers import GenerationConfig

from autograde.bank import grade_id, references
from autograde.checks import next_token_by_hand as checks
from autograde.exercise import NotJudged
from autograde.fixtures import byte_level, default_model, transformer
from autograde.grade import grade
from autograde.marking import InProcess, judge
from autograde.sandbox import Limits, Sandbox
from autograde.submission import find_task
from autograde.syllabus import syllabus
from tests.notebooks import released, solved
from utils.expect import expect_literal
from utils.explorer import Explorer, expect_transcript
from utils.widgets.next_token import explorer_widget

NOTEBOOK = syllabus().notebook("00_next_token_by_hand")
POINTS = sum(NOTEBOOK.points.values())
FUNCTIONS = ("ngram_counts", "ngram_prob")
VARIABLES = [name for name in NOTEBOOK.exercises if name not in FUNCTIONS]
REPLAYED = [name for name in VARIABLES if name.endswith(("transcript", "transcripts"))]


def reference(name):
    return references(NOTEBOOK.folder)[name]


def test_the_ids_in_the_checks_are_those_of_the_notebook_and_of_the_template():
    namespace = {}
    source = NOTEBOOK.source.read_text("utf-8")
    for name in ("prompt_ids", "joke_ids"):
        start = source.index(f"\n{name} = [")
        exec(source[start : source.index("]", start) + 1], namespace)
    assert namespace["prompt_ids"] == checks.PROMPT_IDS
    assert namespace["joke_ids"] == checks.JOKE_IDS
    tokenizer = default_model().tokenizer
    text = "Translate into Spanish: The cat sleeps on the red chair next to the window."
    for content, ids in ((text, checks.PROMPT_IDS), ("Tell me a joke", checks.JOKE_IDS[:-1])):
        message = {"role": "user", "content": content}
        encoded = tokenizer.apply_chat_template(
            [message], add_generation_prompt=True, return_dict=True
        )
        assert encoded["input_ids"] == ids
    assert [tokenizer.decode([id]) for id in checks.JOKE_IDS] == checks.JOKE_PIECES


# --- oracles --------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 4), max_size=30), st.integers(1, 5))
def test_counts_add_up(ids, n):
    table = checks._counts_of(ids, n)
    assert sum(sum(row.values()) for row in table.values()) == max(0, len(ids) - n + 1)
    for context, row in table.items():
        for token, count in row.items():
            gram = [*context, token]
            assert count == sum(ids[i : i + n] == gram for i in range(len(ids) - n + 1))


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(1, 3), st.floats(0.01, 5))
def test_smoothed_probabilities_sum_to_one(ids, n, k):
    table = checks._counts_of(ids, n)
    for context in [*table, (9,) * (n - 1)]:
        total = math.fsum(checks.add_k(table, context, token, 10, k) for token in range(10))
        assert math.isclose(total, 1)


def test_the_replay_is_what_transformers_computes():
    """Log-probabilities, beams and greedy path, against `generate` on the real model."""
    model = default_model().model
    prompt = torch.tensor([checks.PROMPT_IDS])
    common = {"attention_mask": torch.ones_like(prompt), "max_new_tokens": 12, "do_sample": False}
    greedy = model.generate(prompt, **common)[0, prompt.shape[1] :].tolist()
    assert greedy == reference("greedy_transcript")["token_ids"]
    out = model.generate(
        prompt, num_beams=2, num_return_sequences=2, length_penalty=0.0,
        return_dict_in_generate=True, output_scores=True, **common,
    )  # fmt: skip
    found = {tuple(row[prompt.shape[1] :].tolist()) for row in out.sequences}
    assert found == checks.beams()
    totals = {one["logprob"] for one in reference("beam_transcripts")}
    assert sorted(totals) == pytest.approx(sorted(out.sequences_scores.tolist()), abs=1e-2)


def test_no_decision_of_the_prompt_is_a_near_tie():
    """Other machines round otherwise: what is judged must not hang on the last digits."""
    scores = checks.replay(tuple(reference("greedy_transcript")["token_ids"]))[:-1]
    best = scores.topk(2).values
    assert (best[:, 0] - best[:, 1]).min() > 0.1


# --- weights --------------------------------------------------------------------------------------


def test_other_weights_are_a_remark_and_never_a_finding():
    right = reference("greedy_transcript") | {"weights": "0123456789abcdef"}
    verdict = judge("greedy_transcript", InProcess({"greedy_transcript": right}))
    assert verdict.passed and [remark.id for remark in verdict.remarks] == ["other_weights"]
    verdict = judge(
        "greedy_transcript", InProcess({"greedy_transcript": right | {"logprob": -9.0}})
    )
    assert not verdict.findings and "a person has to look" in verdict.problem
    # What is wrong with any weights stays a finding.
    short = right | {"token_ids": right["token_ids"][:5]}
    verdict = judge("greedy_transcript", InProcess({"greedy_transcript": short}))
    assert [finding.id for finding in verdict.findings] == ["wrong_length"]


def test_without_the_model_nothing_is_judged(monkeypatch):
    def gone():
        raise NotJudged("the model cannot be loaded here: no network")

    monkeypatch.setattr(checks, "default_model", gone)
    value = reference("greedy_transcript")
    verdict = judge("greedy_transcript", InProcess({"greedy_transcript": value}))
    assert verdict.problem == "the model cannot be loaded here: no network"


# --- variables across the wire --------------------------------------------------------------------


def test_values_are_plain_data_in_this_process():
    class Odd(dict):
        pass

    student = InProcess({"a": {"x": (1, [2.5])}, "odd": Odd(), "none": None, "text": "é"})
    assert student.value("a") == {"x": (1, [2.5])} and student.value("text") == "é"
    assert student.value("odd").type_name == "Odd"
    student = InProcess({"a": [1]})
    student.value("a").append(2)
    assert student.value("a") == [1]


@pytest.mark.slow
def test_values_are_plain_data_from_behind_walls():
    with Sandbox(Limits(), []) as box:
        box.run(
            "a = {'x': (1, [2.5])}; none = None; b = 'x' * 20_000_000\nclass Odd(dict): pass\nodd = Odd()"
        )
        with box.student() as student:
            assert student.value("a") == {"x": (1, [2.5])}
            assert student.value("odd").type_name == "Odd"
            assert student.value("b").type_name == "a string too large"
            for name, finding in (("none", "not_implemented"), ("nowhere", "not_defined")):
                with pytest.raises(Exception, match=finding):
                    student.value(name)


# --- the explorer ---------------------------------------------------------------------------------


@pytest.fixture
def tiny():
    _, model = transformer("llama", seed=5, vocab_size=300)
    model.generation_config = GenerationConfig(eos_token_id=[7, 8])
    return SimpleNamespace(model=model, tokenizer=byte_level().reference, fingerprint="f00d")


@pytest.fixture
def explorer(tiny):
    return Explorer(tiny, [3, 4, 5], max_new_tokens=6)


def logprobs(tiny, ids):
    with torch.no_grad():
        return tiny.model(torch.tensor([ids])).logits[0, -1].double().log_softmax(-1)


def test_choices_are_the_models_own_in_order(tiny, explorer):
    for prefix in ([], [9], [9, 11]):
        explorer.restart()
        want = logprobs(tiny, [3, 4, 5])
        for id in prefix:
            rank = next(row.rank for row in explorer.choices(300) if row.token_id == id)
            explorer.pick(rank)
            want = logprobs(tiny, [3, 4, 5, *explorer.token_ids])
        rows = explorer.choices(300)
        assert [row.rank for row in rows] == list(range(1, 301))
        assert sorted(row.token_id for row in rows) == list(range(300))
        got = torch.tensor([row.logprob for row in rows])
        order = [row.token_id for row in rows]
        assert torch.allclose(got.double(), want[order], atol=1e-4) and (got.diff() <= 0).all()
        assert rows[-1].cumulative == pytest.approx(1)
        assert rows[3].total == pytest.approx(explorer.logprob + rows[3].logprob)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1, exclude_max=True))
def test_a_draw_is_the_first_whose_cumulative_probability_exceeds_u(u):
    _, model = transformer("gpt2", seed=2, vocab_size=300)
    tiny = SimpleNamespace(model=model, tokenizer=byte_level().reference, fingerprint="f00d")
    explorer = Explorer(tiny, [1, 2])
    rows = explorer.choices(300)
    node = explorer.draw(u)
    assert node.u == u
    # Rounding may leave the last sum below u.
    want = next((row for row in rows if row.cumulative > u), rows[-1])
    assert node.token_id == want.token_id


def test_a_path_its_total_and_its_transcript(tiny, explorer):
    first, second = explorer.choices(2)
    explorer.pick(2)
    explorer.draw(0.0)
    assert explorer.token_ids[0] == second.token_id
    steps = [logprobs(tiny, [3, 4, 5])[second.token_id]]
    steps.append(logprobs(tiny, [3, 4, 5, second.token_id]).max())
    assert explorer.logprob == pytest.approx(float(sum(steps)), abs=1e-4)
    assert explorer.loss == -explorer.logprob
    transcript = explorer.transcript()
    assert transcript["u"] is None and transcript["weights"] == "f00d"
    assert transcript["token_ids"] == explorer.token_ids
    namespace = {}
    exec(f"one = {explorer.literal()}", namespace)
    assert namespace["one"] == transcript


def test_all_drawn_gives_the_draws_and_kept_ones_a_list(explorer):
    draw = random.Random(1)
    while not explorer.done:
        explorer.draw(draw.random())
    drawn = explorer.transcript()
    assert len(drawn["u"]) == len(drawn["token_ids"]) <= 6
    explorer.keep()
    explorer.restart()
    explorer.pick(1)
    explorer.keep()
    namespace = {}
    exec(f"both = {explorer.literal(kept=True)}", namespace)
    assert namespace["both"] == [drawn, explorer.transcript()]


def test_forced_text_is_scored_token_by_token(tiny, explorer):
    ids = tiny.tokenizer("cat", add_special_tokens=False).input_ids
    explorer.force("cat")
    assert explorer.token_ids == ids and explorer.text == "cat"
    want, seen = 0.0, [3, 4, 5]
    for id in ids:
        want += float(logprobs(tiny, seen)[id])
        seen.append(id)
    assert explorer.logprob == pytest.approx(want, abs=1e-4)
    with pytest.raises(ValueError, match="there is room for"):
        explorer.force("x" * 20)


def test_a_path_ends_by_length_or_by_its_last_token(explorer):
    for _ in range(6):
        explorer.pick(20)
        if explorer.done:
            break
    assert explorer.done
    with pytest.raises(ValueError, match="has ended"):
        explorer.pick(1)
    explorer.restart()
    rank = next(row.rank for row in explorer.choices(300) if row.token_id == 8)
    explorer.pick(rank)
    assert explorer.done and explorer.token_ids == [8]
    explorer.undo()
    assert not explorer.done and explorer.token_ids == []


def test_nothing_tried_is_lost_and_the_same_token_is_one_branch(explorer):
    explorer.pick(1)
    explorer.pick(3)
    explorer.restart()
    explorer.pick(1)
    explorer.pick(3)
    assert len(explorer.nodes) == 3
    explorer.undo()
    explorer.pick(4)
    assert [(depth, [n.number for n in nodes]) for depth, nodes in explorer.branches()] == [
        (0, [1]), (1, [2]), (1, [3]),
    ]  # fmt: skip
    assert explorer.go(2).number == 2 and len(explorer.token_ids) == 2
    assert explorer.undo().number == 1 and explorer.undo() is explorer.root
    assert explorer.undo() is explorer.root
    for wrong in (0, 301):
        with pytest.raises(ValueError, match="ranks go from 1 to 300"):
            explorer.pick(wrong)
    with pytest.raises(ValueError, match="between 0 and 1"):
        explorer.draw(1.0)


def test_pictures_say_what_they_show(explorer):
    picture = explorer.picture(4, chosen=2)
    assert picture.png.startswith(b"\x89PNG") and "(taken)" in picture.alt
    assert all(f"; {rank} " in picture.alt for rank in (2, 3, 4))
    assert "nothing yet" in explorer.tree().alt
    explorer.pick(1)
    explorer.undo()
    explorer.pick(2)
    assert explorer.tree().alt.count("(here)") == 1


def parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def test_every_button_of_the_widget_does_its_method(explorer):
    widgets = list(parts(explorer_widget(explorer, count=5)))
    named = {getattr(w, "description", ""): w for w in widgets}
    view, said = [w for w in widgets if type(w).__name__ == "HTML"]

    def press(name):
        named[name].click()

    assert view.value.count("<caption>") == 1 and view.value.count('scope="row"') == 5
    assert view.value.count('scope="col"') == 6 and 'class="taken"><th scope="row">1<' in view.value
    named["rank"].value = 3
    assert 'class="taken"><th scope="row">3<' in view.value
    third = explorer.choices(3)[2].token_id
    press("Take it")
    assert explorer.token_ids == [third] and 'role="status"' in said.value
    press("New u")
    u = named["u"].value
    assert 0 <= u < 1
    press("Draw with u")
    assert explorer.here.u == u
    press("Undo")
    assert explorer.token_ids == [third]
    named["Text"].value = "<b>"
    press("Force")
    assert explorer.text.endswith("<b>") and "<b>" not in view.value
    press("Keep this path")
    assert len(explorer.kept) == 1 and named["Kept"].value.startswith("[")
    assert named["To paste"].value.startswith("{")
    press("Start again")
    assert explorer.token_ids == [] and named["number"].value == 0
    assert "Tried" in view.value
    named["number"].value = 1
    press("Go there")
    assert explorer.here.number == named["number"].value == 1
    press("Forget the kept")
    assert explorer.kept == [] and named["Kept"].value == ""
    named["Text"].value = "x" * 50
    press("Force")
    assert "Not possible" in said.value
    # Everything that can be operated has a name that a screen reader says.
    for widget in widgets:
        if type(widget).__name__ not in ("HTML", "HBox", "VBox", "IntSlider"):
            assert widget.description


def test_a_literal_is_told_from_what_is_computed():
    cells = [
        "%matplotlib inline",
        "x = None",
        "y = f()\nx = [{'a': -1.5, 'u': None}, (1, 'é')]",
        "print(x)",
    ]
    expect_literal("x", 1, cells)
    with pytest.raises(NotImplementedError, match="exercise x: it is still None"):
        expect_literal("x", None, cells)
    for computed in ("explorer.transcript()", "[one, two]", "x + 1"):
        with pytest.raises(AssertionError, match="x is computed in its cell"):
            expect_literal("x", 1, [*cells, f"x = {computed}"])


def test_what_has_not_the_form_of_a_transcript_is_said(explorer):
    while not explorer.done:
        explorer.pick(1)
    good = explorer.transcript()
    expect_transcript(good, explorer)
    drawn = good | {"u": [0.5] * len(good["token_ids"])}
    expect_transcript(drawn, explorer, drawn=True)
    for bad, words in (
        ([good], "expected a transcript"),
        ({k: v for k, v in good.items() if k != "u"}, "'u' is missing"),
        (good | {"token_ids": good["token_ids"][:2]}, "go on until the path has ended"),
        (drawn, "expected None"),
        (good | {"logprob": 3.0}, "the loss has the other sign"),
        (good | {"weights": "x"}, "was it made with this"),
    ):
        with pytest.raises(AssertionError, match=words):
            expect_transcript(bad, explorer)
    with pytest.raises(AssertionError, match="a number for each"):
        expect_transcript(good, explorer, drawn=True)


def test_the_solution_and_the_release_hold_no_widget_state():
    for path in (NOTEBOOK.walkthrough, NOTEBOOK.released):
        text = path.read_text("utf-8")
        assert "widget-view" not in text and "widget-state" not in text
    text = NOTEBOOK.released.read_text("utf-8")
    for one in (reference("greedy_transcript"), *reference("beam_transcripts")):
        assert str(one["logprob"]) not in text
    assert text.count("YOUR ANSWER HERE") == 2


# --- graded by hand -------------------------------------------------------------------------------


def hand_in(folder, student, nb):
    path = folder / "submitted" / student / NOTEBOOK.folder / f"{NOTEBOOK.folder}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)


def with_reflection(nb, text):
    for cell in nb.cells:
        if grade_id(cell) == "reflect_muddiest":
            cell.source = text
    return nb


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder, "thinker", with_reflection(solved(NOTEBOOK), "What a beam is for."))
    hand_in(folder, "silent", released(NOTEBOOK))
    other = solved(NOTEBOOK)
    for cell in other.cells:
        if grade_id(cell) == "greedy_transcript":
            cell.source = cell.source.replace("b179c9523d0e6a0f", "0123456789abcdef")
        if grade_id(cell) == "informal_transcript":
            cell.source = cell.source.replace("b179c9523d0e6a0f", "0123456789abcdef")
            cell.source = cell.source.replace("-24.0285", "-9.0")
    hand_in(folder, "elsewhere", other)
    regrade(folder)
    return folder


def regrade(folder, **options):
    task = find_task(NOTEBOOK.folder)
    return grade(task, folder / "submitted", folder, **options).data["students"]


def results(folder):
    return json.loads((folder / "results.json").read_text("utf-8"))["students"]


def gradebook(folder):
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}")


@pytest.mark.slow
def test_reflections_wait_for_a_person(class_folder):
    students = results(class_folder)
    assert students["thinker"]["score"] == students["thinker"]["max_score"] == POINTS
    assert students["thinker"]["pending"] == ["reflect_muddiest"]
    assert students["silent"]["score"] == 0 and students["silent"]["pending"] == []
    with gradebook(class_folder) as book:
        name = NOTEBOOK.folder
        waiting = book.find_grade("reflect_muddiest", name, name, "thinker")
        assert waiting.needs_manual_grade and waiting.max_score == 1
        silent = book.find_grade("reflect_muddiest", name, name, "silent")
        assert (silent.auto_score, silent.needs_manual_grade) == (0, False)


@pytest.mark.slow
def test_other_weights_in_the_results_and_in_the_gradebook(class_folder):
    student = results(class_folder)["elsewhere"]
    codes = [(problem["code"], problem["cell"]) for problem in student["problems"]]
    assert ("other_weights", "greedy_transcript") in codes
    assert ("not_judged", "informal_transcript") in codes
    assert student["exercises"]["greedy_transcript"]["passed"]
    assert student["exercises"]["informal_transcript"]["findings"] == []
    assert student["status"] == "partial"
    with gradebook(class_folder) as book:
        name = NOTEBOOK.folder
        open_one = book.find_grade("test_informal_transcript", name, name, "elsewhere")
        assert open_one.needs_manual_grade and open_one.auto_score is None


@pytest.mark.slow
def test_a_mark_given_in_formgrader_survives_a_regrade(class_folder):
    """A reflection is graded over formgrader's own HTTP interface, then the class is graded again."""
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

    def ask(path, data=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}",
            data=json.dumps(data).encode() if data is not None else None,
            headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
            method="PUT" if data is not None else "GET",
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.read().decode()

    try:
        for _ in range(240):
            assert server.poll() is None
            try:
                ask("/api/status")
                break
            except OSError:
                time.sleep(0.25)
        with gradebook(class_folder) as book:
            name = NOTEBOOK.folder
            submission = book.find_submission_notebook(name, name, "thinker").id
        page = ask(f"/formgrader/submissions/{submission}")
        assert "What a beam is for." in page and "reflect_muddiest" in page
        grades = json.loads(ask(f"/formgrader/api/grades?submission_id={submission}"))
        mine = next(g for g in grades if g["name"] == "reflect_muddiest")
        ask(f"/formgrader/api/grade/{mine['id']}", {"manual_score": 0.5, "extra_credit": None})
        comments = json.loads(ask(f"/formgrader/api/comments?submission_id={submission}"))
        note = next(c for c in comments if c["name"] == "reflect_muddiest")
        ask(f"/formgrader/api/comment/{note['id']}", {"manual_comment": "Well asked."})
    finally:
        server.terminate()
        server.wait(20)

    def hand_given():
        with gradebook(class_folder) as book:
            name = NOTEBOOK.folder
            given_mark = book.find_grade("reflect_muddiest", name, name, "thinker")
            comment = book.find_comment("reflect_muddiest", name, name, "thinker")
            whole = book.find_submission(name, "thinker")
            return given_mark.manual_score, given_mark.score, comment.comment, whole.score

    assert hand_given() == (0.5, 0.5, "Well asked.", POINTS + 0.5)
    regrade(class_folder)
    assert hand_given() == (0.5, 0.5, "Well asked.", POINTS + 0.5)
    regrade(class_folder, students={"thinker"}, exercises={"ngram_prob"})
    assert hand_given() == (0.5, 0.5, "Well asked.", POINTS + 0.5)
    students = results(class_folder)
    assert students["thinker"]["status"] == "graded" and students["thinker"]["score"] == POINTS
    assert students["elsewhere"]["status"] == "partial"
