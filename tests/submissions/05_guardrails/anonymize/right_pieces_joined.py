# right: pieces collected from the left and joined
def anonymize(text: str, spans: list) -> str:
    pieces, place = [], 0
    waiting = sorted(spans, key=lambda span: span[0])
    while waiting:
        group = [waiting.pop(0)]
        while waiting and waiting[0][0] < max(end for _, end, _ in group):
            group.append(waiting.pop(0))
        start = group[0][0]
        longest = max(group, key=lambda span: span[1] - span[0])
        pieces += [text[place:start], "<", longest[2], ">"]
        place = max(end for _, end, _ in group)
    return "".join(pieces + [text[place:]])
