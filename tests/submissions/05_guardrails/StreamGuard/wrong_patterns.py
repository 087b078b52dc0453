# wrong: regex_characters
# Banned strings are taken as patterns.
import re


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = re.compile("|".join(ordered) or "(?!)")
        self.back = max(map(len, banned), default=1) - 1
        self.mask = mask
        self.held = ""

    def _upto(self, limit):
        out, place = "", 0
        for match in self.pattern.finditer(self.held):
            if match.start() >= limit:
                break
            out += self.held[place : match.start()] + self.mask
            place = match.end()
        stop = max(place, limit)
        out += self.held[place:stop]
        self.held = self.held[stop:]
        return out

    def feed(self, chunk):
        self.held += chunk
        return self._upto(max(0, len(self.held) - self.back))

    def flush(self):
        return self._upto(len(self.held))
