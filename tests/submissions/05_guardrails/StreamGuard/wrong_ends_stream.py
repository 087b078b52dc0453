# wrong: stops_at_first
# After the first banned string nothing comes any more.
class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        self.banned = sorted(banned, key=len, reverse=True)
        self.mask = mask
        self.held = ""
        self.ended = False

    def _release(self, keep):
        out = ""
        while len(self.held) > keep:
            for word in self.banned:
                if self.held.startswith(word):
                    self.ended = True
                    return out + self.mask
            else:
                out += self.held[0]
                self.held = self.held[1:]
        return out

    def feed(self, chunk):
        if self.ended:
            return ""
        self.held += chunk
        longest = len(self.banned[0]) if self.banned else 1
        return self._release(longest - 1)

    def flush(self):
        out = "" if self.ended else self._release(0)
        self.held, self.ended = "", False
        return out
