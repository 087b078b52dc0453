# right: turns the vocabulary strings into bytes and cuts the text's bytes
import re

from transformers.convert_slow_tokenizer import bytes_to_unicode


def token_bytes(token, to_byte):
    if re.fullmatch(r"<0x[0-9A-F]{2}>", token):
        return bytes([int(token[3:5], 16)])
    if all(c in to_byte for c in token):
        return bytes(to_byte[c] for c in token)
    return token.replace("\u2581", " ").encode("utf-8")


def token_table(tokenizer, text):
    tokens = tokenizer.tokenize(text)
    ids = tokenizer.convert_tokens_to_ids(tokens)
    byte_level = "ByteLevel" in repr(tokenizer.backend_tokenizer.decoder)
    to_byte = {}
    if byte_level:
        to_byte = {c: b for b, c in bytes_to_unicode().items()}
    raw = [token_bytes(t, to_byte) for t in tokens]
    if len(b"".join(raw)) > len(text.encode("utf-8")):
        raw[0] = raw[0][1:]  # the space that the tokenizer put in front
    table, waiting = [], b""
    for token_id, part in zip(ids, raw):
        waiting += part
        try:
            piece = waiting.decode("utf-8")
            waiting = b""
        except UnicodeDecodeError:
            piece = ""
        table.append((token_id, piece))
    return table
