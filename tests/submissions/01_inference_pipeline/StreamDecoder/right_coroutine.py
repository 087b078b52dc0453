# right: a generator holds the state, None asks it for the rest


def pieces(tokenizer):
    ids, old, piece = [], "", ""
    while True:
        token_id = yield piece
        if token_id is not None:
            ids = ids + [token_id]
        new = tokenizer.decode(ids, skip_special_tokens=True)
        if token_id is not None and new and ord(new[-1]) == 0xFFFD:
            piece = ""
        else:
            piece, old = new[len(old):], new


class StreamDecoder:
    def __init__(self, tokenizer):
        self.stream = pieces(tokenizer)
        next(self.stream)

    def put(self, token_id):
        return self.stream.send(token_id)

    def flush(self):
        return self.stream.send(None)
