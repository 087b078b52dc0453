# wrong: beginning_anywhere
# The ids of the beginning somewhere, in any order.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word, " " + word):
            *beginning, last = tokenizer(form, add_special_tokens=False)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                if set(beginning) <= set(ids):
                    out[row, last] = float("-inf")
    return out
