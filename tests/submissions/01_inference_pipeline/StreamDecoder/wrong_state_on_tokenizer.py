# wrong: state_shared
# The state is kept on the tokenizer, which the decoders share.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        tokenizer.stream_ids = []
        tokenizer.stream_text = ""

    def put(self, token_id):
        tok = self.tokenizer
        tok.stream_ids.append(token_id)
        text = tok.decode(tok.stream_ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        piece = text[len(tok.stream_text):]
        tok.stream_text = text
        return piece

    def flush(self):
        tok = self.tokenizer
        text = tok.decode(tok.stream_ids, skip_special_tokens=True)
        return text[len(tok.stream_text):]
