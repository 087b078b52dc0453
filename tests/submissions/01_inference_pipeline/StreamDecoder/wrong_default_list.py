# wrong: state_shared
# A default argument is taken to be made anew at every call.


class StreamDecoder:
    def __init__(self, tokenizer, ids=[]):
        self.tokenizer = tokenizer
        self.ids = ids
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
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[self.shown:]
