# wrong: split_leaks
# Each chunk is looked at alone.
import re


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = "|".join(map(re.escape, ordered)) or "(?!)"
        self.mask = mask

    def feed(self, chunk):
        return re.sub(self.pattern, lambda match: self.mask, chunk)

    def flush(self):
        return ""
