# wrong: pieces_do_not_join
# The vocabulary's own spelling of a token is taken for the text it stands for.


def token_table(tokenizer, text):
    ids = tokenizer.encode(text, add_special_tokens=False)
    return list(zip(ids, tokenizer.convert_ids_to_tokens(ids)))
