# wrong: holds_back_too_much
# Waits for a space.
import re


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = "|".join(map(re.escape, ordered)) or "(?!)"
        self.mask = mask
        self.spaces = any(" " in word for word in banned)
        self.held = ""

    def feed(self, chunk):
        self.held += chunk
        if self.spaces or " " not in self.held:
            return ""
        ready, _, self.held = self.held.rpartition(" ")
        return re.sub(self.pattern, lambda match: self.mask, ready) + " "

    def flush(self):
        out = re.sub(self.pattern, lambda match: self.mask, self.held)
        self.held = ""
        return out
