# wrong: cancelled
import numpy as np


def latency_summary(records):
    answered = list(records)
    ttft = [r["token_times"][0] - r["arrival"] for r in answered]
    tpot = []
    for record in answered:
        times = record["token_times"]
        if len(times) > 1:
            tpot.append((times[-1] - times[0]) / (len(times) - 1))
    tokens = sum(len(r["token_times"]) for r in records)
    begin = min(r["arrival"] for r in records)
    end = max(r["token_times"][-1] for r in answered)
    return {
        "ttft_p50": float(np.percentile(ttft, 50)),
        "ttft_p95": float(np.percentile(ttft, 95)),
        "tpot_p50": float(np.percentile(tpot, 50)),
        "tpot_p95": float(np.percentile(tpot, 95)),
        "tokens_per_s": tokens / (end - begin),
    }
