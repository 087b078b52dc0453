"""Tokens per second of the course's own decoding loops beside transformers'.

The course's loops are the reference solutions of the notebooks; `decoding` measures the one
of 01, `speculative` those of 04. Everything runs in this process, in turn on each prompt.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from transformers import PreTrainedConfig

from autograde.bank import references
from autograde.draws import p_value
from utils import load_draft_head, load_model, model_of
from utils.draft.prompts import HELD_OUT, KINDS, training_prompt
from utils.models import LoadedModel, quiet_transformers
from utils.toy import ToyModel

MODEL = "smollm2-135m"
DTYPES = {"float32": torch.float32, "default": None}
TEMPERATURES = (0.0, 0.7)
GAMMA = {
    "head + lookup": 8,
    "draft": 2,
    "head": 2,
    "lookup": 8,
}  # at most: the first says when to stop
_SETTLED = 5  # passes before a pass is timed


class Differs(Exception):
    """Two loops gave different ids in float32, greedily: their times say nothing."""


@dataclass(frozen=True)
class Run:
    """One text. ids: of the prompt and what was added. stats: the counts, where there are some."""

    ids: torch.Tensor
    new: int
    seconds: float
    stats: dict[str, int]

    @property
    def rate(self) -> float:
        return self.new / self.seconds


def decoding(prompts: int, tokens: int, report: Callable[[str], None]) -> dict[str, Any]:
    """The cached greedy loop of 01 and `generate(do_sample=False)`, on held-out prompts of each kind.

    prompts: of each kind. tokens: new ones a text, the end of turn being ignored.

    Raises Differs.
    """
    cached = references("01_inference_pipeline")["greedy_generate_cached"]
    rates: dict[str, dict[str, list[float]]] = {}
    for dtype_name, dtype in DTYPES.items():
        with load_model(MODEL, dtype=dtype, device="cpu") as loaded, quiet_transformers():
            model: Any = loaded.model
            # `generate` would stop there whatever it is told.
            model.generation_config.eos_token_id = None
            ours = partial(cached, model, max_new_tokens=tokens, eos_token_id=None)
            peer = partial(_generate, model, max_new_tokens=tokens, **_PLAIN)
            loops = {"ours": ours, "peer": peer}
            kept: dict[str, list[float]] = {name: [] for name in loops}
            for kind, ids in _held_out(loaded, prompts):
                report(f"{dtype_name}, {kind}")
                runs = {name: _timed(loop, ids) for name, loop in loops.items()}
                _require_same(dtype_name, runs)
                for name, run in runs.items():
                    kept[name].append(run.rate)
            rates[dtype_name] = kept
    medians = {d: {n: statistics.median(r) for n, r in kept.items()} for d, kept in rates.items()}
    ratios = {dtype: found["ours"] / found["peer"] for dtype, found in medians.items()}
    return {"ratio": ratios["default"], "ratios": ratios, "medians": medians, "rates": rates}


def speculative(
    prompts: int, tokens: int, same: int, report: Callable[[str], None]
) -> dict[str, Any]:
    """Speculative decoding by the loop of 04, with each draft, beside the plain cached loop and transformers'.

    prompts: of each kind, held out from the drafts' training. tokens: new ones a text at most: it ends where the model
    ends it. same: prompts on which greedy ids in float32 are compared before anything is timed.

    Raises Differs.
    """
    identical = _compare_ids(same, report)
    found = []
    for dtype_name, dtype in DTYPES.items():
        with (
            load_model(MODEL, dtype=dtype, device="cpu") as loaded,
            load_model("draft", dtype=dtype, device="cpu") as small,
            quiet_transformers(),
        ):
            if found and loaded.model.dtype == torch.float32:  # the default, on this machine
                found += [run | {"dtype": dtype_name} for run in found]
                continue
            loops = _loops(loaded.model, small.model)
            costs = _costs(loaded.model, small.model)
            chats = list(_held_out(loaded, prompts))
            for temperature in TEMPERATURES:
                for seed, (kind, ids) in enumerate(chats):
                    report(f"{dtype_name}, T = {temperature}, {kind}")
                    runs = {
                        name: _timed(loop, ids, tokens, temperature, seed)
                        for name, loop in loops.items()
                    }
                    if temperature == 0:
                        _require_same(dtype_name, runs)
                    found += [
                        {
                            "dtype": dtype_name,
                            "temperature": temperature,
                            "kind": kind,
                            "loop": name,
                            "rate": run.rate,
                            "speedup": run.rate / runs["cached loop"].rate,
                            "cost": costs.get(name.partition(",")[0]),
                        }
                        | run.stats
                        for name, run in runs.items()
                    ]
    rows = _summary(found)
    medians = {
        (row["kind"], row["loop"]): row["rate"]
        for row in rows
        if row["dtype"] == "default" and row["temperature"] == 0
    }
    ratios = {
        f"{kind}, {loop}": rate / medians[kind, "cached loop"]
        for (kind, loop), rate in medians.items()
    }
    return {
        "ratio": ratios["chat, head + lookup"],
        "ratios": ratios,
        "medians": {f"{kind}, {loop}": rate for (kind, loop), rate in medians.items()},
        "law_p_value": law(),
        "identical": identical,
        "rows": rows,
        "runs": found,
    }


def law(texts: int = 4000) -> float:
    """The p-value of the joint law of gamma + 1 = 3 tokens of the loop of 04, on a Markov target whose laws are known.

    texts: how many are drawn. Chi-square over all 27 texts of three tokens, at temperature 1.
    """
    speculate = references("04_speculative_decoding")["speculative_generate"]
    generator = torch.Generator().manual_seed(0)
    config = PreTrainedConfig(
        vocab_size=3, num_hidden_layers=1, num_attention_heads=1, hidden_size=1
    )
    target_scores, draft_scores = 0.5 * torch.randn(2, 3, 3, generator=generator)

    def markov(scores: torch.Tensor) -> ToyModel:
        return ToyModel(config, lambda asked: (scores[asked.input_ids], asked.input_ids))

    target, draft = markov(target_scores), markov(draft_scores)
    start = torch.tensor([[0]])
    counts = torch.zeros(3, 3, 3)
    for _ in range(texts):
        ids, _ = speculate(target, draft, start, 2, 3, None, 1.0, generator)
        counts[tuple(ids[0, 1:])] += 1
    step = target_scores.double().softmax(-1)
    joint = step[0][:, None, None] * step[:, :, None] * step[None, :, :]
    return p_value(counts.flatten(), joint.flatten())


_PLAIN: dict[str, Any] = {"do_sample": False, "top_k": None, "top_p": None, "temperature": None}


def _held_out(loaded: LoadedModel, count: int) -> list[tuple[str, torch.Tensor]]:
    texts = [(kind, text) for kind in KINDS for text in HELD_OUT[kind][:count]]
    return [(kind, _chat(loaded, text)) for kind, text in texts]


def _chat(loaded: LoadedModel, text: str) -> torch.Tensor:
    messages = [{"role": "user", "content": text}]
    chat: Any = loaded.tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    return chat["input_ids"]


def _timed(loop: Callable[..., Any], ids: torch.Tensor, *arguments: Any) -> Run:
    start = time.perf_counter()
    result = loop(ids, *arguments)
    seconds = time.perf_counter() - start
    out, stats = result if isinstance(result, tuple) else (result, {})
    return Run(out, out.shape[1] - ids.shape[1], seconds, stats)


def _generate(model: Any, ids: torch.Tensor, **options: Any) -> torch.Tensor:
    # Without a mask it would take the end of the user's turn for padding.
    return model.generate(ids, attention_mask=torch.ones_like(ids), **options)


def _require_same(dtype_name: str, runs: dict[str, Run]) -> None:
    """In float32 all ids of ours are the same; elsewhere a pass over several tokens rounds otherwise."""
    (first, expected), *rest = runs.items()
    for name, run in rest if dtype_name == "float32" else ():
        if not name.startswith("transformers") and not run.ids.equal(expected.ids):
            raise Differs(f"{name} and {first} gave different ids, greedily, in float32")


def _plain(
    model: Any, ids: torch.Tensor, tokens: int, temperature: float, seed: int, eos_token_id: int
) -> torch.Tensor:
    """The cached loop of 01 with a draw in place of the maximum. A prompt does not end with EOS here."""
    generator, cache, unread = torch.Generator().manual_seed(seed), None, ids
    with torch.no_grad():
        while tokens and int(ids[0, -1]) != eos_token_id:
            output = model(unread, past_key_values=cache, use_cache=True)
            cache, logits = output.past_key_values, output.logits[0, -1].float()
            law = (logits / temperature).softmax(-1)
            unread = torch.multinomial(law, 1, generator=generator)[None]
            ids = torch.cat([ids, unread], 1)
            tokens -= 1
    return ids


def _lookup_draft(find: Callable[..., torch.Tensor], target: Any) -> Any:
    """Prompt lookup with the face of a model: certain of one token, of the end where it finds none, as in 04."""
    size, end = target.config.vocab_size, target.generation_config.eos_token_id

    def scores(ids: list[int]) -> torch.Tensor:
        found = find(torch.tensor([ids]), num_tokens=1)
        logits = torch.full((size,), -torch.inf)
        logits[int(found[0]) if len(found) else end] = 0.0
        return logits

    return model_of(scores, target.config)


def _loops(target: Any, small: Any) -> dict[str, Callable[..., Any]]:
    """Loops (ids, tokens, temperature, seed) -> ids, or ids and counts; the first is what the others are to beat."""
    ours = references("04_speculative_decoding")
    cached = references("01_inference_pipeline")["greedy_generate_cached"]
    eos = target.generation_config.eos_token_id

    def alone(ids: torch.Tensor, tokens: int, temperature: float, seed: int) -> torch.Tensor:
        if temperature == 0:
            return cached(target, ids, tokens, eos)
        return _plain(target, ids, tokens, temperature, seed, eos)

    def speculate(name: str) -> Callable[..., Any]:
        def loop(ids: torch.Tensor, tokens: int, temperature: float, seed: int) -> Any:
            return ours["speculative_generate"](
                target,
                drafts[name],
                ids,
                GAMMA[name],
                tokens,
                eos,
                temperature,
                torch.Generator().manual_seed(seed),
            )

        return loop

    def transformers_with(**options: Any) -> Callable[..., Any]:
        def loop(ids: torch.Tensor, tokens: int, temperature: float, seed: int) -> torch.Tensor:
            torch.manual_seed(seed)
            how = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
            return _generate(
                target, ids, max_new_tokens=tokens, **(how if temperature else _PLAIN), **options
            )

        return loop

    drafts = {
        "head + lookup": load_draft_head(target, lookup=True),
        "head": load_draft_head(target),
        "draft": small,
        "lookup": _lookup_draft(ours["find_candidate_tokens"], target),
    }
    return (
        {"cached loop": alone}
        | {name: speculate(name) for name in drafts}
        | {
            "transformers, draft": transformers_with(assistant_model=small),
            "transformers, lookup": transformers_with(prompt_lookup_num_tokens=10),
            "transformers": transformers_with(),
        }
    )


def _compare_ids(count: int, report: Callable[[str], None]) -> int:
    """Greedy ids in float32, with the head and without, on `count` prompts of the training grammar."""
    import random

    rng = random.Random("ids")
    with load_model(MODEL, dtype=torch.float32, device="cpu") as loaded:
        with load_model("draft", dtype=torch.float32, device="cpu") as small:
            loops = _loops(loaded.model, small.model)
            for number in range(count):
                report(f"ids, prompt {number + 1} of {count}")
                ids = _chat(loaded, training_prompt(rng)[1])
                runs = {
                    name: _timed(loops[name], ids, 24, 0.0, 0)
                    for name in ("cached loop", "head", "head + lookup")
                }
                _require_same("float32", runs)
    return count


@torch.inference_mode()
def _costs(target: Any, small: Any) -> dict[str, float]:
    """Seconds of one drafted token over those of a target's pass, each the least of many in turn."""
    ids = torch.arange(100, 164)[None]
    head = load_draft_head(target)
    models = {"target": target, "draft": small, "head": head}
    best = dict.fromkeys(models, float("inf"))
    caches = {name: model(ids).past_key_values for name, model in models.items()}
    for number in range(24):
        for name, model in models.items():
            start = time.perf_counter()
            model(ids[:, :1], past_key_values=caches[name])
            seconds = time.perf_counter() - start
            if number >= _SETTLED:
                best[name] = min(best[name], seconds)
    head.detach()
    costs = {name: best[name] / best["target"] for name in ("draft", "head")}
    return costs | {"head + lookup": costs["head"], "lookup": 0.0}


def _summary(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Medians over a kind's prompts: rate, speed-up over the cached loop, and what the formula says."""
    formula = references("04_speculative_decoding")
    groups: dict[tuple, list[dict[str, Any]]] = {}
    for run in runs:
        groups.setdefault((run["dtype"], run["temperature"], run["kind"], run["loop"]), []).append(
            run
        )
    rows = []
    for (dtype, temperature, kind, loop), group in groups.items():
        row = {"dtype": dtype, "temperature": temperature, "kind": kind, "loop": loop}
        row["rate"] = statistics.median(run["rate"] for run in group)
        row["speedup"] = statistics.median(run["speedup"] for run in group)
        if loop in GAMMA:
            accepted = sum(run["accepted"] for run in group)
            passes = sum(run["target_calls"] for run in group)
            calls = sum(run["draft_calls"] for run in group)
            per_pass, gamma = 1 + accepted / passes, GAMMA[loop]
            alphas = [i / 1000 for i in range(1001)]
            alpha = min(alphas, key=lambda a: abs(formula["expected_tokens"](a, gamma) - per_pass))
            row |= {
                "gamma": gamma,
                "per_pass": per_pass,
                "alpha": alpha,
                "cost": group[0]["cost"],
                # `speedup` of 04 with the passes of the draft that there were in place of gamma.
                "predicted": per_pass / (1 + calls / passes * group[0]["cost"]),
            }
        rows.append(row)
    return rows
