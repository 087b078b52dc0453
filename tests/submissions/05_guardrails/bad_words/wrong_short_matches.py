# wrong: short_history
# What there is of a short row is compared with the end of the beginning.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word, " " + word):
            *beginning, last = tokenizer(form, add_special_tokens=False)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                m = min(n, len(ids))
                if ids[len(ids) - m :] == beginning[n - m :]:
                    out[row, last] = float("-inf")
    return out
