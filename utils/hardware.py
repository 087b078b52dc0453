"""Which device, and which number format is fast on it.

Decoding one token reads every weight once, so its speed is bytes read per second.
Half-precision weights are half the bytes, but only some processors can multiply
them as fast as they read them. That is measured here, never assumed.
"""

import contextlib
import json
import os
import platform
import time
from typing import TYPE_CHECKING

from utils.artifacts import cache_dir

if TYPE_CHECKING:
    import torch

# Shapes of SmolLM2's feed-forward layers. 20 pairs are 142 MB in fp32 and 71 MB in
# bf16: more than a processor's cache holds, so memory speed is what counts.
_WIDTH, _HIDDEN, _PAIRS = 576, 1536, 20
_ROUNDS = 6
# fp32 is exact, so a half-precision format has to be clearly faster to be chosen.
_CLEARLY_FASTER = 1.2


def default_device() -> "torch.device":
    """The GPU if there is one (CUDA, then Apple's), else the processor."""
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def default_dtype(device: "torch.device | str") -> "torch.dtype":
    """The number format in which one decoding step is fast on `device`.

    On CUDA bfloat16 where the GPU computes in it, else float16. Elsewhere float32
    and bfloat16 are timed once (about 0.2 s) and the figures kept in the cache
    folder; bfloat16 is chosen when it is at least 1.2 times as fast.
    """
    import torch

    device = torch.device(device)
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if native else torch.float16
    seconds = step_seconds(device)
    needed = _CLEARLY_FASTER * seconds.get("bfloat16", float("inf"))
    return torch.bfloat16 if seconds["float32"] >= needed else torch.float32


def step_seconds(device: "torch.device") -> dict[str, float]:
    """Seconds of one decode-like step per format, measured once per machine.

    The step passes one vector through a stack of feed-forward layers too large for
    the processor's cache. The result is kept in the cache folder, for this machine,
    this version of torch and this number of threads.
    """
    import torch

    key = ", ".join(
        [
            platform.node(),
            platform.machine(),
            torch.backends.cpu.get_cpu_capability(),
            device.type,
            f"torch {torch.__version__}",
            f"{torch.get_num_threads()} threads",
        ]
    )
    path = cache_dir() / "measured.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {name: float(known[key][name]) for name in known[key]}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not measured yet, or not readable: measure
    seconds = _measure(device)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        # Other machines' figures go with it: this file is a shortcut, not a record.
        partial.write_text(json.dumps({key: seconds}), encoding="utf-8")
        partial.replace(path)
    except OSError:
        pass  # a cache that cannot be written costs the measurement each time
    return seconds


def _measure(device: "torch.device") -> dict[str, float]:
    import torch
    from torch.nn.functional import linear

    def step(weights: "torch.Tensor") -> float:
        x = torch.ones(1, 1, _WIDTH, dtype=weights.dtype, device=device)
        start = time.perf_counter()
        for pair in weights:
            up, down = pair[0], pair[1].view(_WIDTH, _HIDDEN)
            x = linear(linear(x, up), down)
        x.sum().item()  # reading the result waits for the device
        return time.perf_counter() - start

    formats = {"float32": torch.full((_PAIRS, 2, _HIDDEN, _WIDTH), 1e-3, device=device)}
    with contextlib.suppress(TypeError, RuntimeError):  # a device may not know it
        formats["bfloat16"] = formats["float32"].to(torch.bfloat16)
    with torch.inference_mode():
        # In turn, and the best of each: another busy process then misleads less.
        rounds = [[step(w) for w in formats.values()] for _ in range(_ROUNDS)]
    return dict(zip(formats, (min(times) for times in zip(*rounds))))
