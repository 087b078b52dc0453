# wrong: overlap_leaks
# Of overlapping spans only the longest is replaced: what sticks out stays.
def anonymize(text, spans):
    kept = []
    for span in sorted(spans, key=lambda s: s[0] - s[1]):
        if all(span[1] <= k[0] or k[1] <= span[0] for k in kept):
            kept.append(span)
    for start, end, kind in sorted(kept, reverse=True):
        text = text[:start] + f"<{kind}>" + text[end:]
    return text
