# wrong: spaces_lost
# The spaces around a piece are taken for decoration and stripped.


def token_table(tokenizer, text):
    enc = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    table, done = [], 0
    for token_id, (_, end) in zip(enc["input_ids"], enc["offset_mapping"]):
        end = max(end, done)
        table.append((token_id, text[done:end].strip(" ")))
        done = end
    return table
