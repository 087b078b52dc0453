# right: numpy: a table of next states with a sink, reachability by matrix squaring
import numpy as np
import torch


def allowed_token_mask(dfa, state, vocabulary):
    rows = dfa["transitions"]
    states = {state, *dfa["accepting"], *rows}
    states.update(t for row in rows.values() for t in row.values())
    number = {s: i for i, s in enumerate(states)}
    sink = len(number)
    characters = {c: i for i, c in enumerate(sorted({c for row in rows.values() for c in row}))}
    table = np.full((sink + 1, len(characters) + 1), sink)
    reach = np.eye(sink + 1, dtype=bool)
    for s, row in rows.items():
        for c, t in row.items():
            table[number[s], characters[c]] = number[t]
            reach[number[s], number[t]] = True
    for _ in range(len(number).bit_length() + 1):
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    good = np.zeros(sink + 1, dtype=bool)
    good[[number[s] for s in dfa["accepting"]]] = True
    alive = (reach & good).any(axis=1)
    out = np.zeros(len(vocabulary), dtype=bool)
    for i, text in enumerate(vocabulary):
        s = number[state]
        for c in text:
            s = table[s, characters.get(c, len(characters))]
        out[i] = alive[s] and s != sink and len(text) > 0
    return torch.from_numpy(out)
