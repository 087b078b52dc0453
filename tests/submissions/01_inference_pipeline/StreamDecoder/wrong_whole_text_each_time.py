# wrong: repeats_text
# put is taken to give all the text so far.


class StreamDecoder:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.ids = []
        self.text = ""

    def put(self, token_id):
        self.ids.append(token_id)
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        if text.endswith("\ufffd"):
            return ""
        self.text = text
        return text

    def flush(self):
        text = self.tokenizer.decode(self.ids, skip_special_tokens=True)
        return text[len(self.text):]
