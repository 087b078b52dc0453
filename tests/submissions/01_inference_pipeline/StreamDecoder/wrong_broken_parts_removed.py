# wrong: text_differs
# Broken parts of a character are removed, as if the rest made it whole.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        piece = text[self.shown:]
        self.shown = len(text)
        return piece.replace("\ufffd", "")

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:]
