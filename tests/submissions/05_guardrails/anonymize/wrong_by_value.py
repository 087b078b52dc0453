# wrong: replaces_by_value
# str.replace takes every occurrence.
def anonymize(text, spans):
    groups = []
    result = text
    for start, end, kind in sorted(spans):
        if groups and start < groups[-1][1]:
            group = groups[-1]
            group[1] = max(group[1], end)
            if end - start > group[3]:
                group[2], group[3] = kind, end - start
        else:
            groups.append([start, end, kind, end - start])
    for start, end, kind, _ in reversed(groups):
        result = result.replace(text[start:end], f"<{kind}>")
    return result
