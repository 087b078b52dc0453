# wrong: flush_missing
# flush is taken to empty the buffer, not to give what is in it.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        piece = text[self.shown:]
        self.shown = len(text)
        return piece

    def flush(self):
        self.ids = []
        self.shown = 0
        return self.tokenizer.decode(self.ids, skip_special_tokens=True)
