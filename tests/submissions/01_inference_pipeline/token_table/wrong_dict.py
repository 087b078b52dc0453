# wrong: wrong_type
# A dict from id to piece is taken to be a table, but repeated tokens need rows.


def token_table(tokenizer, text):
    enc = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    table, done = {}, 0
    for token_id, (_, end) in zip(enc["input_ids"], enc["offset_mapping"]):
        end = max(end, done)
        table[token_id] = text[done:end]
        done = end
    return table
