# wrong: special_tokens_shown
# decode is taken to leave out special tokens by itself.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids)
        if text.endswith("\ufffd"):
            return ""
        piece = text[self.shown:]
        self.shown = len(text)
        return piece

    def flush(self):
        text = self.tokenizer.decode(self.ids)
        return text[self.shown:]
