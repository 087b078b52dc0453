# wrong: spaces_lost
# Decoding a group of tokens by itself is taken to give what it gives in context.


def token_table(tokenizer, text):
    ids = tokenizer.encode(text, add_special_tokens=False)
    table, group = [], []
    for token_id in ids:
        group.append(token_id)
        piece = tokenizer.decode(group)
        if "\ufffd" in piece:
            piece = ""
        else:
            group = []
        table.append((token_id, piece))
    return table
