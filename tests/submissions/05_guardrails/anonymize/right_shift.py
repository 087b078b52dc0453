# right: left to right, the shift is carried along
from functools import reduce


def join(groups, span):
    start, end, kind = span
    if groups and start < groups[-1]["end"]:
        groups[-1]["end"] = max(end, groups[-1]["end"])
        groups[-1]["spans"].append(span)
    else:
        groups.append({"start": start, "end": end, "spans": [span]})
    return groups


def anonymize(text, spans):
    shift = 0
    for group in reduce(join, sorted(set(map(tuple, spans))), []):
        _, kind = max((e - s, k) for s, e, k in group["spans"])
        label = "<%s>" % kind
        a, b = group["start"] + shift, group["end"] + shift
        text = text[:a] + label + text[b:]
        shift += len(label) - (b - a)
    return text
