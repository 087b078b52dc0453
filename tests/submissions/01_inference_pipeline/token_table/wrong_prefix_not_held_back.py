# wrong: broken_characters
# Prefixes are decoded, but an unfinished character is shown instead of held back.


def token_table(tokenizer, text):
    ids = tokenizer.encode(text, add_special_tokens=False)
    table, before = [], ""
    for n, token_id in enumerate(ids, start=1):
        so_far = tokenizer.decode(ids[:n])
        table.append((token_id, so_far[len(before):]))
        before = so_far
    if table:
        lead = text[: len(text) - len(before)]
        table[0] = (table[0][0], lead + table[0][1])
    return table
