# wrong: end_inclusive
# One character more goes.
def anonymize(text, spans):
    groups = []
    for start, end, kind in sorted(spans):
        if groups and start < groups[-1][1]:
            group = groups[-1]
            group[1] = max(group[1], end)
            if end - start > group[3]:
                group[2], group[3] = kind, end - start
        else:
            groups.append([start, end, kind, end - start])
    for start, end, kind, _ in reversed(groups):
        text = text[:start] + f"<{kind}>" + text[end + 1 :]
    return text
