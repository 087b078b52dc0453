# right: a generator keeps the text; a class attribute only holds a constant
def guard(banned, mask):
    order = sorted(set(banned), key=len)[::-1]
    keep = len(order[0]) - 1 if order else 0
    held, out = "", ""
    while True:
        command, chunk = yield out
        held, out, i = held + chunk, "", 0
        limit = len(held) - (keep if command == "feed" else 0)
        while i < limit:
            word = next((w for w in order if held.startswith(w, i)), None)
            out += held[i] if word is None else mask
            i += 1 if word is None else len(word)
        held = held[i:]


class StreamGuard:
    DEFAULT = "[removed]"

    def __init__(self, banned, mask=DEFAULT):
        self._guard = guard(banned, mask)
        next(self._guard)

    def feed(self, chunk):
        return self._guard.send(("feed", chunk))

    def flush(self):
        return self._guard.send(("flush", ""))
