# wrong: spaces_lost
# The text of held-back tokens is taken not to depend on what stands before.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.held = []

    def put(self, token_id):
        self.held.append(token_id)
        text = self.tokenizer.decode(self.held, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        self.held = []
        return text

    def flush(self):
        text = self.tokenizer.decode(self.held, skip_special_tokens=True)
        self.held = []
        return text
