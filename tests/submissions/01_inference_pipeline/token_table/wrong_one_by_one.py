# wrong: broken_characters
# Every token is taken to be whole characters, so each id is decoded alone.


def token_table(tokenizer, text):
    ids = tokenizer.encode(text, add_special_tokens=False)
    return [(i, tokenizer.decode([i])) for i in ids]
