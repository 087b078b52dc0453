# wrong: overlap_repeated
# A label for each of the overlapping spans.
def anonymize(text, spans):
    pieces, place = [], 0
    for start, end, kind in sorted(spans):
        pieces.append(text[place:start] + f"<{kind}>")
        place = max(place, end)
    return "".join(pieces) + text[place:]
