# wrong: input_changed
# The caller's list is emptied.
def anonymize(text, spans):
    pieces, place = [], 0
    spans.sort(key=lambda s: s[0])
    while spans:
        group = [spans.pop(0)]
        while spans and spans[0][0] < max(end for _, end, _ in group):
            group.append(spans.pop(0))
        longest = max(group, key=lambda s: s[1] - s[0])
        pieces += [text[place : group[0][0]], f"<{longest[2]}>"]
        place = max(end for _, end, _ in group)
    return "".join(pieces) + text[place:]
