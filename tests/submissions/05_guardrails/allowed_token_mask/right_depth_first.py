# right: a search for an accepting state from where each token ends, remembered
import functools

import torch


def allowed_token_mask(dfa: dict, state: int, vocabulary: list[str]) -> torch.BoolTensor:
    accepting = frozenset(dfa["accepting"])

    @functools.cache
    def hope(start):
        seen, stack = set(), [start]
        while stack:
            s = stack.pop()
            if s in accepting:
                return True
            if s not in seen:
                seen.add(s)
                stack.extend(dfa["transitions"].get(s, {}).values())
        return False

    def walk(text):
        s = state
        for c in text:
            row = dfa["transitions"].get(s)
            if row is None or c not in row:
                return None
            s = row[c]
        return s

    ends = [walk(text) if text else None for text in vocabulary]
    return torch.tensor([end is not None and hope(end) for end in ends])
