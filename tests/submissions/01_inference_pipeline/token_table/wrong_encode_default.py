# wrong: special_tokens_added
# encode() is taken for the bare ids; skipping specials while decoding hides it.


def token_table(tokenizer, text):
    ids = tokenizer.encode(text)
    pieces, shown = [], 0
    for n in range(1, len(ids) + 1):
        so_far = tokenizer.decode(ids[:n], skip_special_tokens=True)
        if so_far.endswith("\ufffd"):
            pieces.append("")
        else:
            pieces.append(so_far[shown:])
            shown = len(so_far)
    if pieces:
        pieces[0] = text[: len(text) - shown] + pieces[0]
    return list(zip(ids, pieces))
