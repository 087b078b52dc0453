# wrong: special_tokens_added
# The tokenizer's own special tokens stay in the forms.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word, " " + word):
            *beginning, last = tokenizer(form)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                if n <= len(ids) and ids[len(ids) - n :] == beginning:
                    out[row, last] = float("-inf")
    return out
