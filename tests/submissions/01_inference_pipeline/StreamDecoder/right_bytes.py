# right: turns tokens into bytes and reads them with an incremental UTF-8 decoder
import codecs
import re

from transformers.convert_slow_tokenizer import bytes_to_unicode


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        backend = tokenizer.backend_tokenizer
        self.byte_level = "ByteLevel" in repr(backend.decoder)
        self.byte_of = {c: b for b, c in bytes_to_unicode().items()}
        self.utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.first = True

    def to_bytes(self, token_id):
        token = self.tokenizer.convert_ids_to_tokens(token_id)
        if self.byte_level and all(c in self.byte_of for c in token):
            return bytes(self.byte_of[c] for c in token)
        if re.fullmatch("<0x[0-9A-F]{2}>", token):
            return bytes.fromhex(token[3:5])
        if self.first:  # the decoder takes a prefix space away here
            return self.tokenizer.decode([token_id]).encode("utf-8")
        return token.replace("\u2581", " ").encode("utf-8")

    def put(self, token_id):
        added = self.tokenizer.added_tokens_decoder.get(token_id)
        if added is not None and added.special:
            return ""
        data = self.to_bytes(token_id)
        self.first = False
        return self.utf8.decode(data)

    def flush(self):
        held = self.utf8.getstate()[0]
        self.utf8.reset()
        if self.byte_level:
            return held.decode("utf-8", errors="replace")
        return "\ufffd" * len(held)  # byte fallback shows every byte by itself
