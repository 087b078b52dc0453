# right: a data frame, missing numbers left out by quantile
import pandas as pd


def latency_summary(records):
    table = pd.DataFrame(records)
    times = table.token_times
    table["n"] = times.map(len)
    table["first"] = times.map(lambda t: t[0] if t else float("nan"))
    table["last"] = times.map(lambda t: t[-1] if t else float("nan"))
    ttft = table["first"] - table.arrival
    tpot = ((table["last"] - table["first"]) / (table.n - 1))[table.n > 1]
    out = {"tokens_per_s": float(table.n.sum() / (table["last"].max() - table.arrival.min()))}
    for name, column in (("ttft", ttft), ("tpot", tpot)):
        for p in (50, 95):
            out[f"{name}_p{p}"] = float(column.quantile(p / 100))
    return out
