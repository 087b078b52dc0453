# right: decodes growing prefixes and holds back until a character is whole


def token_table(tokenizer, text: str) -> list[tuple[int, str]]:
    ids = tokenizer.encode(text, add_special_tokens=False)
    if not ids:
        return []

    def decode(n):
        return tokenizer.decode(ids[:n], clean_up_tokenization_spaces=False)

    pieces, shown = [], 0
    for n in range(1, len(ids) + 1):
        so_far = decode(n)
        if so_far.endswith("\ufffd"):
            pieces.append("")
            continue
        pieces.append(so_far[shown:])
        shown = len(so_far)
    # some decoders eat one leading space: it belongs to the first token
    pieces[0] = text[: len(text) - shown] + pieces[0]
    return list(zip(ids, pieces))
