# wrong: pieces_do_not_join
# A token without a whole character gets a placeholder instead of nothing.


def token_table(tokenizer, text):
    ids = tokenizer.encode(text, add_special_tokens=False)
    pieces, shown = [], 0
    for n in range(1, len(ids) + 1):
        so_far = tokenizer.decode(ids[:n])
        if so_far.endswith("\ufffd"):
            pieces.append("?")
        else:
            pieces.append(so_far[shown:])
            shown = len(so_far)
    if pieces:
        pieces[0] = text[: len(text) - shown] + pieces[0]
    return list(zip(ids, pieces))
