# wrong: text_differs
# The strings of the vocabulary are taken to be text but for their spaces.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.special = set(tokenizer.added_tokens_decoder)

    def put(self, token_id):
        if token_id in self.special:
            return ""
        token = self.tokenizer.convert_ids_to_tokens(token_id)
        return token.replace("\u0120", " ").replace("\u2581", " ")

    def flush(self):
        return ""
