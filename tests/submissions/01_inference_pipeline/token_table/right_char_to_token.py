# right: hands every character to its token with char_to_token


def token_table(tokenizer, text):
    enc = tokenizer(text, add_special_tokens=False)
    pieces = [""] * len(enc["input_ids"])
    waiting, token = "", 0
    for i, char in enumerate(text):
        waiting += char
        owner = enc.char_to_token(i)
        if owner is not None:
            token = owner
            pieces[token] += waiting
            waiting = ""
    if pieces:
        pieces[-1] += waiting
    return [(int(i), p) for i, p in zip(enc["input_ids"], pieces)]
