# wrong: state_shared
# The held text belongs to the class.
class StreamGuard:
    held = [""]

    def __init__(self, banned, mask="[removed]"):
        self.banned = sorted(banned, key=len, reverse=True)
        self.mask = mask

    def _release(self, keep):
        out = ""
        while len(self.held[0]) > keep:
            for word in self.banned:
                if self.held[0].startswith(word):
                    out += self.mask
                    self.held[0] = self.held[0][len(word):]
                    break
            else:
                out += self.held[0][0]
                self.held[0] = self.held[0][1:]
        return out

    def feed(self, chunk):
        self.held[0] += chunk
        longest = len(self.banned[0]) if self.banned else 1
        return self._release(longest - 1)

    def flush(self):
        return self._release(0)
