# right: a dict from beginning to last ids; torch.where
from collections import defaultdict

import torch


def bad_words(input_ids, scores, tokenizer, words):
    last = defaultdict(set)
    for form in words + [" " + word for word in words]:
        tokens = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(form, add_special_tokens=False))
        last[tuple(tokens[:-1])].add(tokens[-1])
    rows = []
    for ids in input_ids:
        ids = tuple(ids.tolist())
        bad = set()
        for beginning, ends in last.items():
            if ids[len(ids) - len(beginning) :] == beginning and len(beginning) <= len(ids):
                bad |= ends
        rows.append([i in bad for i in range(scores.shape[1])])
    banned = torch.tensor(rows, dtype=torch.bool).reshape(scores.shape)
    return torch.where(banned, torch.full_like(scores, float("-inf")), scores)
