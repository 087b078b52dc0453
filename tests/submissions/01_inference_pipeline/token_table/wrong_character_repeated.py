# wrong: pieces_do_not_join
# Every token of a split character shows the whole character.


def token_table(tokenizer, text):
    enc = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    table, done = [], 0
    for token_id, (start, end) in zip(enc["input_ids"], enc["offset_mapping"]):
        table.append((token_id, text[min(start, done):end]))
        done = end
    return table
