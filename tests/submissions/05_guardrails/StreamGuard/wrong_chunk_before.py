# wrong: over_three_chunks
# Nothing older than the newest chunk is kept.
import re


class StreamGuard:
    def __init__(self, banned, mask="[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, ordered)) or "(?!)")
        self.back = max(map(len, banned), default=1) - 1
        self.mask = mask
        self.last = ""

    def feed(self, chunk):
        text = self.last + chunk
        limit = len(text) - min(len(chunk), self.back)
        out, place = "", 0
        for match in self.pattern.finditer(text):
            if match.start() >= limit:
                break
            out += text[place : match.start()] + self.mask
            place = match.end()
        stop = max(place, limit)
        out += text[place:stop]
        self.last = text[stop:]
        return out

    def flush(self):
        out = self.pattern.sub(lambda match: self.mask, self.last)
        self.last = ""
        return out
