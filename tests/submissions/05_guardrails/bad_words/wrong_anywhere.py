# wrong: beginning_anywhere
# The beginning may stand anywhere in the row.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word, " " + word):
            *beginning, last = tokenizer(form, add_special_tokens=False)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                if any(ids[i : i + n] == beginning for i in range(len(ids) - n + 1)):
                    out[row, last] = float("-inf")
    return out
