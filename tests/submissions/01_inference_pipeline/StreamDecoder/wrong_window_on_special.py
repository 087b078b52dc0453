# wrong: spaces_lost
# A special token is taken to be text that the next token can be decoded behind.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.prefix = 0
        self.read = 0

    def decode(self, end):
        ids = self.ids[self.prefix:end]
        return self.tokenizer.decode(ids, skip_special_tokens=True)

    def new_text(self):
        return self.decode(len(self.ids))[len(self.decode(self.read)):]

    def put(self, token_id):
        self.ids.append(token_id)
        piece = self.new_text()
        if piece.endswith("\ufffd"):
            return ""
        self.prefix, self.read = self.read, len(self.ids)
        return piece

    def flush(self):
        return self.new_text()
