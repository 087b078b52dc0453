# wrong: wrong_type
# The bytes of the text are taken to be as good as the text.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return b""
        piece = text[self.shown:]
        self.shown = len(text)
        return piece.encode("utf-8")

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:].encode("utf-8")
