# wrong: text_lost
# What is behind the last span is missing.
def anonymize(text, spans):
    pieces, place = [], 0
    groups = []
    for start, end, kind in sorted(spans):
        if groups and start < groups[-1][1]:
            old = groups[-1]
            longest = max((old[3], old[2]), (end - start, kind))
            groups[-1] = (old[0], max(end, old[1]), longest[1], longest[0])
        else:
            groups.append((start, end, kind, end - start))
    for start, end, kind, _ in groups:
        pieces.append(text[place:start])
        pieces.append(f"<{kind}>")
        place = end
    return "".join(pieces)
