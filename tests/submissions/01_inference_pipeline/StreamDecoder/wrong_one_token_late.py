# wrong: holds_back
# A token's text is given when the next token has come.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        self.ids.append(token_id)
        if text.endswith("\ufffd"):
            return ""
        piece = text[self.shown:]
        self.shown = len(text)
        return piece

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:]
