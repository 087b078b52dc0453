# wrong: wrong_type
# The text is printed, which is taken for giving it.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return
        piece = text[self.shown:]
        self.shown = len(text)
        print(piece, end="")

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        print(text[self.shown:], end="")
