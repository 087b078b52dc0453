# wrong: stops_at_first
# Only the first occurrence is masked.
class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        self.banned = sorted(banned, key=len, reverse=True)
        self.mask = mask
        self.held = ""
        self.done = False

    def _release(self, keep):
        out = ""
        while len(self.held) > keep:
            for word in self.banned:
                if not self.done and self.held.startswith(word):
                    out += self.mask
                    self.done = True
                    self.held = self.held[len(word):]
                    break
            else:
                out += self.held[0]
                self.held = self.held[1:]
        return out

    def feed(self, chunk):
        self.held += chunk
        longest = len(self.banned[0]) if self.banned else 1
        return self._release(longest - 1)

    def flush(self):
        out = self._release(0)
        self.done = False
        return out
