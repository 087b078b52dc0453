# wrong: holds_back_too_little
# The first banned string decides how much is held back.
class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        self.banned = sorted(banned, key=len, reverse=True)
        self.mask = mask
        self.longest = len(banned[0]) if banned else 1
        self.held = ""

    def _release(self, keep):
        out = ""
        while len(self.held) > keep:
            for word in self.banned:
                if self.held.startswith(word):
                    out += self.mask
                    self.held = self.held[len(word):]
                    break
            else:
                out += self.held[0]
                self.held = self.held[1:]
        return out

    def feed(self, chunk):
        self.held += chunk
        return self._release(self.longest - 1)

    def flush(self):
        return self._release(0)
