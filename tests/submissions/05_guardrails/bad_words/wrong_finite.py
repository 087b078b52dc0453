# wrong: not_minus_inf
# -1e9.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word, " " + word):
            *beginning, last = tokenizer(form, add_special_tokens=False)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                if n <= len(ids) and ids[len(ids) - n :] == beginning:
                    out[row, last] = -1e9
    return out
