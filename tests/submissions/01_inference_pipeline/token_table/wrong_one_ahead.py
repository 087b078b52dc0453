# wrong: pieces_misplaced
# The piece is decoded up to the token after, and given to this one.


def token_table(tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False).input_ids
    table, done = [], 0
    for i in range(len(ids)):
        decoded = tokenizer.decode(ids[: i + 2])
        piece = "" if decoded.endswith("\ufffd") else decoded[done:]
        done += len(piece)
        table.append((ids[i], piece))
    return table
