# wrong: special_tokens_added
# Calling the tokenizer gives the tokens of the text and nothing else.


def token_table(tokenizer, text):
    enc = tokenizer(text, return_offsets_mapping=True)
    table, done = [], 0
    for token_id, (_, end) in zip(enc["input_ids"], enc["offset_mapping"]):
        end = max(end, done)
        table.append((token_id, text[done:end]))
        done = end
    return table
