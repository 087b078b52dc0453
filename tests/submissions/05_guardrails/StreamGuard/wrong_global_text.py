# wrong: state_shared
# The held text is a global.
HELD = ""


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        self.banned = sorted(banned, key=len, reverse=True)
        self.mask = mask

    def _release(self, keep):
        global HELD
        out = ""
        while len(HELD) > keep:
            word = next((w for w in self.banned if HELD.startswith(w)), "")
            out += self.mask if word else HELD[0]
            HELD = HELD[len(word) or 1 :]
        return out

    def feed(self, chunk):
        global HELD
        HELD += chunk
        return self._release(len(self.banned[0]) - 1 if self.banned else 0)

    def flush(self):
        return self._release(0)
