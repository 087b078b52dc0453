# wrong: state_shared
# One stream at a time is taken to be all there is.
ids = []
shown = 0


class StreamDecoder:
    def __init__(self, tokenizer):
        global ids, shown
        self.tokenizer = tokenizer
        ids, shown = [], 0

    def put(self, token_id):
        global shown
        ids.append(token_id)
        text = self.tokenizer.decode(ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        piece = text[shown:]
        shown = len(text)
        return piece

    def flush(self):
        return self.tokenizer.decode(ids, skip_special_tokens=True)[shown:]
