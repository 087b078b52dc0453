# right: one pattern, longest first; matches that begin too late wait
import re


class StreamGuard:
    def __init__(self, banned: list[str], mask: str = "[removed]"):
        ordered = sorted(banned, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self.back = max(map(len, banned), default=1) - 1
        self.mask = mask
        self.buffer = ""

    def _upto(self, limit):
        pieces, place = [], 0
        for match in self.pattern.finditer(self.buffer) if self.pattern else ():
            if match.start() >= limit:
                break
            pieces += [self.buffer[place : match.start()], self.mask]
            place = match.end()
        stop = max(place, limit)
        pieces.append(self.buffer[place:stop])
        self.buffer = self.buffer[stop:]
        return "".join(pieces)

    def feed(self, chunk: str) -> str:
        self.buffer += chunk
        return self._upto(max(0, len(self.buffer) - self.back))

    def flush(self) -> str:
        return self._upto(len(self.buffer))
