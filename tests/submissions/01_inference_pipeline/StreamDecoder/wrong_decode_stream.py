# wrong: calls_the_library
# The tokenizers' own DecodeStream is taken for building one.
from tokenizers.decoders import DecodeStream


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.stream = DecodeStream(skip_special_tokens=True)
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        piece = self.stream.step(self.tokenizer.backend_tokenizer, token_id) or ""
        self.shown += len(piece)
        return piece

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:]
