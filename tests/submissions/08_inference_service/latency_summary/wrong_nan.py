# wrong: one_token
import numpy as np


def latency_summary(records):
    answered = [r for r in records if len(r["token_times"])]
    first = np.array([r["token_times"][0] for r in answered])
    last = np.array([r["token_times"][-1] for r in answered])
    n = np.array([len(r["token_times"]) for r in answered])
    with np.errstate(invalid="ignore"):
        tpot = np.percentile((last - first) / (n - 1), [50, 95])
    ttft = np.percentile(first - [r["arrival"] for r in answered], [50, 95])
    rate = n.sum() / (last.max() - min(r["arrival"] for r in records))
    return {
        "ttft_p50": ttft[0], "ttft_p95": ttft[1], "tpot_p50": tpot[0], "tpot_p95": tpot[1],
        "tokens_per_s": rate,
    }
