# right: a buffer of held-back tokens, decoded behind a token that never changes


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.specials = [
            i for i, t in tokenizer.added_tokens_decoder.items() if t.special
        ]
        self.anchor = []  # nothing stands before the first token
        self.held = []

    def decoded(self):
        """The held tokens' text, with the space that begins it."""
        before = self.tokenizer.decode(self.anchor)
        return self.tokenizer.decode(self.anchor + self.held)[len(before):]

    def release(self):
        text = self.decoded()
        if self.held:
            self.anchor = self.tokenizer.encode("a", add_special_tokens=False)
        self.held = []
        return text

    def put(self, token_id):
        if token_id in self.specials:
            return ""
        self.held.append(token_id)
        return "" if self.decoded()[-1:] == "\ufffd" else self.release()

    def flush(self):
        return self.release()
