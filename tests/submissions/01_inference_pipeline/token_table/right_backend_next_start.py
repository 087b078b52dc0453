# right: the Rust tokenizer itself, each piece runs to the next token's start


def token_table(tokenizer, text):
    enc = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
    n = len(enc.ids)
    # the end of a piece, seen from the right: never beyond a later token
    cuts = [0] + [max(e for _, e in enc.offsets[: i + 1]) for i in range(n)]
    if n:
        cuts[-1] = len(text)
    return [(enc.ids[i], text[cuts[i]:cuts[i + 1]]) for i in range(n)]
