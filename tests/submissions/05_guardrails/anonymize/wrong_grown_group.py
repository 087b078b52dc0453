# wrong: overlap_kind
# Compared with the whole group's length, not with the longest span in it.
def anonymize(text, spans):
    groups = []
    for start, end, kind in sorted(spans):
        if groups and start < groups[-1][1]:
            group = groups[-1]
            group[1] = max(group[1], end)
            if end - start > group[3]:
                group[2] = kind
            group[3] = group[1] - group[0]
        else:
            groups.append([start, end, kind, end - start])
    for start, end, kind, _ in reversed(groups):
        text = text[:start] + f"<{kind}>" + text[end:]
    return text
