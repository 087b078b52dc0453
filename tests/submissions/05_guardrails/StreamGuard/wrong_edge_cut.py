# wrong: cuts_match
# Masks what is whole in the held text, and cuts it m - 1 before its end: a match over the edge is cut.
import re


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, ordered)) or "(?!)")
        self.back = max(map(len, banned), default=1) - 1
        self.mask = mask
        self.held = ""

    def feed(self, chunk):
        self.held += chunk
        stop = max(0, len(self.held) - self.back)
        ready, self.held = self.held[:stop], self.held[stop:]
        return self.pattern.sub(lambda match: self.mask, ready)

    def flush(self):
        out = self.pattern.sub(lambda match: self.mask, self.held)
        self.held = ""
        return out
