# wrong: special_tokens_shown
# EOS is taken to be the only special token.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.shown = 0

    def put(self, token_id):
        if token_id != self.tokenizer.eos_token_id:
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
