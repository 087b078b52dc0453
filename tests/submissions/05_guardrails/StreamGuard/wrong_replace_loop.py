# wrong: list_order
# One banned string after the other; masked places are kept apart, so nothing is searched twice.
class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        self.banned = list(banned)
        self.back = max(map(len, banned), default=1) - 1
        self.mask = mask
        self.held = ""

    def _masked(self):
        """For each held character: itself, the mask, or nothing."""
        out = list(self.held)
        free = self.held
        for word in self.banned:
            start = free.find(word)
            while start >= 0:
                out[start : start + len(word)] = [self.mask] + [""] * (len(word) - 1)
                free = free[:start] + "\0" * len(word) + free[start + len(word) :]
                start = free.find(word)
        return out, free

    def _release(self, keep):
        out, free = self._masked()
        stop = max(0, len(out) - keep)
        while 0 < stop < len(out) and out[stop] == "":
            stop += 1
        self.held = self.held[stop:]
        return "".join(out[:stop])

    def feed(self, chunk):
        self.held += chunk
        return self._release(self.back)

    def flush(self):
        return self._release(0)
