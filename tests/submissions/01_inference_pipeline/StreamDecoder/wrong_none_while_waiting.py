# wrong: wrong_type
# None is taken to say that nothing is certain yet.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return None
        piece = text[self.shown:]
        self.shown = len(text)
        return piece

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:]
