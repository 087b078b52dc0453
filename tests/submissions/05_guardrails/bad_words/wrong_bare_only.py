# wrong: space_form_missing
# Only the word as it is written.
import torch


def bad_words(input_ids, scores, tokenizer, words):
    out = scores.clone()
    for word in words:
        for form in (word,):
            *beginning, last = tokenizer(form, add_special_tokens=False)["input_ids"]
            n = len(beginning)
            for row, ids in enumerate(input_ids.tolist()):
                if n <= len(ids) and ids[len(ids) - n :] == beginning:
                    out[row, last] = float("-inf")
    return out
