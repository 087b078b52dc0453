# wrong: overlap_kind
# The kind of the span that begins last.
def anonymize(text, spans):
    groups = []
    for start, end, kind in sorted(spans):
        if groups and start < groups[-1][1]:
            group = groups[-1]
            group[1] = max(group[1], end)
            group[2] = kind
        else:
            groups.append([start, end, kind, end - start])
    for start, end, kind, _ in reversed(groups):
        text = text[:start] + f"<{kind}>" + text[end:]
    return text
