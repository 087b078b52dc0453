# wrong: wrong_type
# The ids of the forms come back.
def bad_words(input_ids, scores, tokenizer, words):
    forms = [form for word in words for form in (word, " " + word)]
    return [tokenizer(form, add_special_tokens=False)["input_ids"] for form in forms]
