"""07_prompting_and_evaluation: the oracles of its checks against the field's libraries, its tasks and pictures."""

import math
import random
import re
from collections import Counter

import numpy as np
import pytest
import sacrebleu
import torch
from scipy import stats
from transformers import LlamaConfig, LlamaForCausalLM

from autograde.checks import prompting_and_evaluation as checks
from autograde.syllabus import ROOT, syllabus
from utils import complete, interval_chart, next_token_logprobs, tasks, window_chart

NOTEBOOK = syllabus().notebook("07_prompting_and_evaluation")
NAMES = list(NOTEBOOK.exercises)


# --- oracles --------------------------------------------------------------------------------------------------------------


def test_bleu_is_sacrebleus():
    draw = random.Random(4)
    metric = sacrebleu.BLEU(tokenize="none", smooth_method="none", force=True)
    scores = []
    for _ in range(200):
        references, hypotheses = [], []
        for _ in range(draw.randrange(1, 5)):
            group = [
                draw.choices("abcdef", k=draw.randrange(1, 11)) for _ in range(draw.randrange(1, 4))
            ]
            said = list(draw.choice(group))
            for _ in range(draw.randrange(3)):
                said[draw.randrange(len(said))] = draw.choice("abcdefg")
            hypotheses.append(said[: draw.randrange(1, 11)] if draw.random() < 0.9 else [])
            references.append(group)
        most = max(map(len, references))
        streams = [
            [" ".join(group[i]) if i < len(group) else None for group in references]
            for i in range(most)
        ]
        wanted = metric.corpus_score([" ".join(each) for each in hypotheses], streams).score
        got = checks.corpus_bleu(hypotheses, references)
        assert got == pytest.approx(wanted, abs=1e-6), (hypotheses, references)
        scores.append(got)
    assert 20 < sum(score > 0 for score in scores) < 200


def test_mcnemar_is_the_binomial_test():
    for b, c, same in ((8, 1, 5), (2, 7, 0), (4, 4, 9), (0, 3, 2), (1500, 1400, 3)):
        a = [True] * b + [False] * c + [True] * same
        other = [False] * b + [True] * c + [True] * same
        wanted = stats.binomtest(b, b + c).pvalue
        assert checks.mcnemar(a, other) == pytest.approx(wanted, abs=1e-9)


def test_the_law_of_resampled_means_is_what_resampling_gives():
    scores, draws = [0, 0, 1, 3, 7, 7], np.random.default_rng(0)
    means = draws.choice(scores, size=(200_000, 6)).mean(axis=1)
    law = checks.MeanLaw(scores, 6)
    for value, mass in zip(law.values, law.cumulative):
        assert (means <= value + 1e-9).mean() == pytest.approx(mass, abs=0.006)
    low, high = law.band(0.9, 200_000)
    assert low <= np.quantile(means, 0.9) <= high


def test_labels_and_windows_are_scored_as_the_models_own_loss():
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=19, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
        num_attention_heads=2, initializer_range=0.5,
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval()
    prompt, label = [3, 4, 5], [6, 0, 7, 1]
    ids = torch.tensor([prompt + label])
    with torch.no_grad():
        loss = model(ids, labels=ids.where(torch.arange(7) >= 3, -100)).loss
        whole = model(ids, labels=ids).loss
    got = checks.label_scores(model, prompt, [label], length_normalized=True)
    assert got.item() == pytest.approx(-loss.item(), abs=1e-4)
    assert checks.strided(model, prompt + label, 7, 3) == pytest.approx(whole.exp().item(), 1e-4)
    assert checks.windows(6, 4, 2) == [(0, 4), (2, 6)] and checks.windows(3, 8, 2) == [(0, 3)]


def test_the_calibration_error_is_that_of_its_bins():
    draw = random.Random(2)
    sure = torch.tensor([draw.random() for _ in range(300)])
    right = torch.tensor([draw.random() < 0.6 for _ in range(300)])
    total, _, index = stats.binned_statistic(sure, sure, "sum", bins=10, range=(0, 1))
    hits, _, _ = stats.binned_statistic(sure, right.double(), "sum", bins=10, range=(0, 1))
    wanted = np.abs(total - hits).sum() / 300
    assert checks.calibration_error(sure, right) == pytest.approx(wanted, abs=1e-5)


def test_votes_and_pass_at_k_by_counting():
    assert checks.voted(["b", None, "a", None, "a", "b", None]) == "b"
    assert checks.weighed(["4", "5", "5"], [math.log(0.5), math.log(0.3), math.log(0.3)]) == "5"
    from itertools import combinations

    drawn = [any(i < 3 for i in pick) for pick in combinations(range(8), 4)]
    assert checks.passes(8, 3, 4) == pytest.approx(sum(drawn) / len(drawn))


# --- what the notebook is given -------------------------------------------------------------------------------------------


def test_tasks_are_as_their_card_says():
    card = (ROOT / "utils" / "data" / "TASKS.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\d+) \|", card, re.M)
    assert sum(int(count) for *_, count in rows) == 220 and "| Rows | 220 in" in card
    for task, split, count in rows:
        assert len(tasks(task, split)) == int(count), (task, split)
    mood = Counter((case["persona"], case["answer"]) for case in tasks("mood"))
    assert len(mood) == 8 and set(mood.values()) == {8}
    for split in ("seen", "unseen"):
        for fact in tasks("fact", split):
            labels = fact["labels"].split("|")
            assert len(set(labels)) == 4 and fact["answer"] in labels
    everything = [case["text"] for task, split, _ in rows for case in tasks(task, split)]
    assert len(set(everything)) == len(everything)
    with pytest.raises(ValueError, match="no task 'song'"):
        tasks("song")


class Letters:
    """A tokenizer that reads letters."""

    def __call__(self, text, add_special_tokens):
        return type("Ids", (), {"input_ids": [ord(c) - ord("a") for c in text]})

    def batch_decode(self, rows, skip_special_tokens):
        return ["".join(chr(ord("a") + i) for i in row) for row in rows.tolist()]


def test_a_shared_beginning_changes_neither_probabilities_nor_what_is_written():
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=26, hidden_size=8, intermediate_size=8, num_hidden_layers=2,
        num_attention_heads=2, initializer_range=0.5, eos_token_id=None,
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval()
    for prompts in (["abcde", "abcx", "abcdefg"] * 12, ["a", "xyz"], ["same", "same"], ["alone"]):
        got = next_token_logprobs(model, Letters(), prompts, ["k", "zebra"])
        for row, prompt in zip(got, prompts):
            with torch.no_grad():
                ids = torch.tensor([Letters()(prompt, False).input_ids])
                wanted = model(ids).logits[0, -1].log_softmax(-1)[[10, 25]]
            assert torch.allclose(row, wanted, atol=1e-5), prompt
        for text, prompt in zip(complete(model, Letters(), prompts, 6), prompts):
            ids = torch.tensor([Letters()(prompt, False).input_ids])
            out = model.generate(ids, do_sample=False, max_new_tokens=6)
            assert text == Letters().batch_decode(out[:, ids.shape[1] :], True)[0], prompt


def test_pictures_say_what_they_show():
    chart = interval_chart({"chat": (0.5, 0.25, 0.75), "x" * 60: (1, 0.9, 1)}, "Asked", chance=0.5)
    assert "chat 0.50, from 0.25 to 0.75" in chart.alt and "Guessing gives 0.5" in chart.alt
    strip = window_chart([(0, 1, 4), (2, 4, 6)], "Six tokens")
    assert "window 2 reads 2 to 5 and scores 4 to 5" in strip.alt
    for picture in (chart, strip):
        assert picture.png.startswith(b"\x89PNG") and picture.width == 750
