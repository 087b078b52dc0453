# wrong: ids_differ
# To keep characters whole, each character is encoded by itself.


def token_table(tokenizer, text):
    table = []
    for char in text:
        ids = tokenizer.encode(char, add_special_tokens=False)
        table += [(i, "") for i in ids[:-1]] + [(ids[-1], char)]
    return table
