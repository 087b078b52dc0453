# wrong: broken_characters
# Every token is taken to be a text of its own.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def put(self, token_id):
        return self.tokenizer.decode([token_id], skip_special_tokens=True)

    def flush(self):
        return ""
