# wrong: state_shared
# Attributes of the class are taken to belong to each decoder.


class StreamDecoder:
    ids = []
    shown = 0

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        piece = text[self.shown:]
        self.shown = len(text)
        return piece

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:]
