# wrong: requests_not_tokens
def percentile(values, p):
    values = sorted(values)
    place = p * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def latency_summary(records):
    ttft, tpot, all_times = [], [], []
    for record in records:
        arrival, times = record["arrival"], record["token_times"]
        all_times += times
        if times:
            ttft.append(times[0] - arrival)
        if len(times) >= 2:
            tpot.append((times[-1] - times[0]) / (len(times) - 1))
    seconds = max(all_times) - min(record["arrival"] for record in records)
    result = {"tokens_per_s": len(ttft) / seconds}
    for name, values in (("ttft", ttft), ("tpot", tpot)):
        result[f"{name}_p50"] = percentile(values, 0.5)
        result[f"{name}_p95"] = percentile(values, 0.95)
    return result
