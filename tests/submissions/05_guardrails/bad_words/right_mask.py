# right: a Boolean mask, rows compared at once, masked_fill
import torch


def bad_words(input_ids, scores, tokenizer, words):
    mask = torch.zeros(scores.shape, dtype=torch.bool)
    forms = {tuple(tokenizer.encode(f, add_special_tokens=False)) for w in words for f in (w, f" {w}")}
    for form in forms:
        prefix = torch.tensor(form[:-1], dtype=input_ids.dtype)
        if len(prefix) > input_ids.shape[1]:
            continue
        tail = input_ids[:, input_ids.shape[1] - len(prefix) :]
        mask[:, form[-1]] |= (tail == prefix).all(dim=1)
    return scores.masked_fill(mask, -torch.inf)
