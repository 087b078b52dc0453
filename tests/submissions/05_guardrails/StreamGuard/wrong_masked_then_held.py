# wrong: cuts_match
# The held text is masked first and then cut: the mask itself may be cut, and what remains is searched again.
import re


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, ordered)) or "(?!)")
        self.back = max(map(len, banned), default=1) - 1
        self.mask = mask
        self.held = ""

    def feed(self, chunk):
        self.held = self.pattern.sub(lambda match: self.mask, self.held + chunk)
        stop = max(0, len(self.held) - self.back)
        ready, self.held = self.held[:stop], self.held[stop:]
        return ready

    def flush(self):
        ready, self.held = self.held, ""
        return self.pattern.sub(lambda match: self.mask, ready)
