# right: two offsets, decodes the last piece's tokens and the new ones only


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tok = tokenizer
        added = tokenizer.added_tokens_decoder
        self.special = {i for i, token in added.items() if token.special}
        self.ids = []
        self.prefix = 0  # where the tokens of the piece before begin
        self.read = 0  # where the tokens begin that have not been given

    def new_text(self):
        before = self.tok.decode(self.ids[self.prefix:self.read])
        return self.tok.decode(self.ids[self.prefix:])[len(before):]

    def put(self, token_id):
        if token_id in self.special:
            return ""
        self.ids.append(token_id)
        piece = self.new_text()
        if piece.endswith("\ufffd"):
            return ""
        self.prefix, self.read = self.read, len(self.ids)
        return piece

    def flush(self):
        piece = self.new_text()
        self.prefix = self.read = len(self.ids)
        return piece
