# right: torch.quantile in double precision; mean of the gaps
import torch


def latency_summary(records):
    firsts, gaps = [], []
    for record in records:
        times = torch.tensor(record["token_times"], dtype=torch.double)
        if len(times) > 0:
            firsts.append(times[0] - record["arrival"])
        if len(times) > 1:
            gaps.append(times.diff().mean())
    q = torch.tensor([0.5, 0.95], dtype=torch.double)
    ttft, tpot = (torch.stack(x).quantile(q).tolist() for x in (firsts, gaps))
    ends = [t for record in records for t in record["token_times"]]
    rate = len(ends) / (max(ends) - min(record["arrival"] for record in records))
    return {
        "ttft_p50": ttft[0], "ttft_p95": ttft[1], "tpot_p50": tpot[0], "tpot_p95": tpot[1],
        "tokens_per_s": rate, "requests": len(records),
    }
