# wrong: ids_differ
# Words encoded one after another are taken to give the ids of the whole text.
import re


def token_table(tokenizer, text):
    table = []
    for word in re.findall(r" ?[^ ]+| ", text):
        enc = tokenizer(word, add_special_tokens=False, return_offsets_mapping=True)
        done = 0
        for token_id, (_, end) in zip(enc["input_ids"], enc["offset_mapping"]):
            end = max(end, done)
            table.append((token_id, word[done:end]))
            done = end
        table[-1] = (table[-1][0], table[-1][1] + word[done:])
    return table
