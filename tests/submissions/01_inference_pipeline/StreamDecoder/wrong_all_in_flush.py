# wrong: holds_back
# Only the whole stream is taken to be decodable.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []

    def put(self, token_id):
        self.ids.append(token_id)
        return ""

    def flush(self):
        return self.tokenizer.decode(self.ids, skip_special_tokens=True)
