# right: recursion over the characters; a copy of the automaton without dead ends is made first
import torch


def trimmed(dfa):
    rows = {s: dict(row) for s, row in dfa["transitions"].items()}
    useful, size = list(dfa["accepting"]), -1
    while size != len(useful):
        size = len(useful)
        for s, row in rows.items():
            if s not in useful and any(t in useful for t in row.values()):
                useful.append(s)
    return {s: {c: t for c, t in row.items() if t in useful} for s, row in rows.items()}


def allowed_token_mask(dfa, state, vocabulary):
    rows = trimmed(dfa)

    def passes(s, text):
        if text == "":
            return True
        row = rows.get(s, {})
        return text[0] in row and passes(row[text[0]], text[1:])

    allowed = [bool(text) and passes(state, text) for text in vocabulary]
    return torch.BoolTensor(allowed)
