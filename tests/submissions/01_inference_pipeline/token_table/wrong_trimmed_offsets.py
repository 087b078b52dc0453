# wrong: spaces_lost
# Offsets are taken to cover every character, also the space before a word.


def token_table(tokenizer, text):
    enc = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    table, done = [], 0
    for token_id, (start, end) in zip(enc["input_ids"], enc["offset_mapping"]):
        table.append((token_id, text[max(start, done):end]))
        done = max(done, end)
    return table
