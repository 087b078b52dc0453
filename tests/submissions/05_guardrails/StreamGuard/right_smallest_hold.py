# right: holds back only what may still become a banned string
class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        self.words, self.mask, self.waiting = tuple(banned), mask, ""

    def _step(self, final):
        """The next piece that is certain, or None."""
        text = self.waiting
        if not text:
            return None
        may_grow = any(len(w) > len(text) and w.startswith(text) for w in self.words)
        if may_grow and not final:
            return None
        found = [w for w in self.words if text.startswith(w)]
        size = max(map(len, found), default=1)
        self.waiting = text[size:]
        return self.mask if found else text[0]

    def feed(self, chunk, final=False):
        self.waiting += chunk
        pieces = []
        while (piece := self._step(final)) is not None:
            pieces.append(piece)
        return "".join(pieces)

    def flush(self):
        return self.feed("", final=True)
