# wrong: calls_the_library
# transformers' own processor.
from transformers import NoBadWordsLogitsProcessor


def bad_words(input_ids, scores, tokenizer, words):
    forms = [form for word in words for form in (word, " " + word)]
    if not forms:
        return scores
    ids = [tokenizer(form, add_special_tokens=False)["input_ids"] for form in forms]
    return NoBadWordsLogitsProcessor(ids, eos_token_id=None)(input_ids, scores)
