# wrong: pooled_gaps
import numpy as np


def latency_summary(records):
    ttft = [r["token_times"][0] - r["arrival"] for r in records if r["token_times"]]
    gaps = np.concatenate([np.diff(r["token_times"]) for r in records])
    every = [t for r in records for t in r["token_times"]]
    rate = len(every) / (max(every) - min(r["arrival"] for r in records))
    a, b = np.quantile(ttft, [0.5, 0.95])
    c, d = np.quantile(gaps, [0.5, 0.95])
    return {"ttft_p50": a, "ttft_p95": b, "tpot_p50": c, "tpot_p95": d, "tokens_per_s": rate}
