# wrong: short_history
# A row that is shorter than the beginning raises.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word, " " + word):
            *beginning, last = tokenizer(form, add_special_tokens=False)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                if all(ids[-n + i] == beginning[i] for i in range(n)):
                    out[row, last] = float("-inf")
    return out
