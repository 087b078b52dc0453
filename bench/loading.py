"""How long a model takes to be ready: from this project's cache, and by transformers from GGUF.

    python -m bench.loading VARIANT GGUF

is one measurement, in a process of its own: its last line is JSON.
"""

import hashlib
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograde.syllabus import ROOT

MODEL = "smollm2-135m"
PROMPT = "The capital of France is"

# What is compared: the first one's ratio is the headline.
COMPARISONS = ("float32", "weights_only", "default_dtype")
# What either load imports (transformers does it late), imported in both before the clock starts.
IMPORTED = (
    "accelerate",
    "gguf",
    "torch",
    "transformers.modeling_gguf_pytorch_utils",
    "transformers.models.llama.modeling_llama",
    "utils.models",
)
EXACT = ("float32", "weights_only")  # in the same dtype: the logits must be the same bits


class Differs(Exception):
    """The two loads gave different models: their times say nothing."""


def measure(rounds: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Load in turn, ours and the peer's, each time in a fresh process; seconds, medians and ratios.

    Round 0 is not counted; it warms both: files in the page cache, this machine's dtype chosen.

    Raises Differs, and RuntimeError when a process fails.
    """
    from utils.artifacts import find_artifact
    from utils.packages import download
    from utils.prepare import prepare

    artifact = find_artifact(MODEL)
    prepare(artifact)
    runs: dict[str, list[dict]] = {f"{c}/{who}": [] for c in COMPARISONS for who in _LOADS}
    with tempfile.TemporaryDirectory() as folder:
        gguf = download(artifact, Path(folder))
        for number in range(rounds + 1):
            for variant, kept in runs.items():
                report(f"{variant}, round {number} of {rounds}")
                run = _in_fresh_process(variant, gguf)
                if number:
                    kept.append(run)
            if number:
                _require_same(runs)
    medians = _medians(runs, "seconds")
    ratios = _ratios(medians)
    ratio = ratios.pop("float32")
    ratios["with_first_forward"] = _ratios(_medians(runs, "seconds_with_forward"))["float32"]
    return {"ratio": ratio, "ratios": ratios, "medians": medians, "runs": runs}


def _medians(runs: dict[str, list[dict]], figure: str) -> dict[str, float]:
    return {v: statistics.median(run[figure] for run in kept) for v, kept in runs.items()}


def _ratios(medians: dict[str, float]) -> dict[str, float]:
    return {c: medians[f"{c}/peer"] / medians[f"{c}/ours"] for c in COMPARISONS}


def _in_fresh_process(variant: str, gguf: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.loading", variant, str(gguf)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{variant}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _require_same(runs: dict[str, list[dict]]) -> None:
    for comparison in EXACT:
        ours, peers = (runs[f"{comparison}/{who}"][-1] for who in ("ours", "peer"))
        if ours["logits"] != peers["logits"]:
            raise Differs(f"{comparison}: the logits of {PROMPT!r} are not the same bits")


# --- one measurement ------------------------------------------------------------------------------


def _ours(comparison: str, gguf: Path) -> tuple[Any, Any]:
    import torch

    from utils import load_model

    if comparison == "weights_only":
        from transformers import AutoModelForCausalLM

        from utils.artifacts import find_artifact
        from utils.prepare import prepare

        folder = prepare(find_artifact(MODEL))
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32), None
    dtype = torch.float32 if comparison == "float32" else None
    loaded = load_model(MODEL, dtype=dtype, device="cpu")
    return loaded.model, loaded.tokenizer


def _peer(comparison: str, gguf: Path) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = {"pretrained_model_name_or_path": gguf.parent, "gguf_file": gguf.name}
    dtype = {} if comparison == "default_dtype" else {"dtype": torch.float32}
    model = AutoModelForCausalLM.from_pretrained(**source, **dtype)
    tokenizer = None if comparison == "weights_only" else AutoTokenizer.from_pretrained(**source)
    return model, tokenizer


_LOADS = {"ours": _ours, "peer": _peer}


def _measure_once(variant: str, gguf: Path) -> dict[str, Any]:
    """Seconds of one load; its dtype; and, outside the clock, a digest of the model's logits."""
    for module in IMPORTED:
        importlib.import_module(module)
    import torch

    comparison, who = variant.split("/")
    start = time.perf_counter()
    model, tokenizer = _LOADS[who](comparison, gguf)
    seconds = time.perf_counter() - start
    if tokenizer is None:
        from utils import load_model

        tokenizer = load_model(MODEL, device="cpu").tokenizer
    ids = tokenizer(PROMPT, return_tensors="pt").input_ids
    start = time.perf_counter()
    with torch.no_grad():
        logits = model.eval()(ids).logits.float().numpy()
    return {
        "seconds": seconds,
        # Weights that are mapped are read here, not by the load.
        "seconds_with_forward": seconds + time.perf_counter() - start,
        "dtype": str(model.dtype).removeprefix("torch."),
        "logits": hashlib.sha256(logits.tobytes()).hexdigest(),
    }


if __name__ == "__main__":
    print(json.dumps(_measure_once(sys.argv[1], Path(sys.argv[2]))))
