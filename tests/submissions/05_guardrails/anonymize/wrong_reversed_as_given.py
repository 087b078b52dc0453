# wrong: unsorted_spans
# From the right only if the spans came sorted.
def anonymize(text, spans):
    kept = []
    for span in spans:
        overlapping = [k for k in kept if k[0] < span[1] and span[0] < k[1]]
        group = overlapping + [span]
        longest = max(group, key=lambda s: s[1] - s[0])
        union = (min(s[0] for s in group), max(s[1] for s in group), longest[2])
        kept = [k for k in kept if k not in overlapping] + [union]
    for start, end, kind in reversed(kept):
        text = text[:start] + f"<{kind}>" + text[end:]
    return text
