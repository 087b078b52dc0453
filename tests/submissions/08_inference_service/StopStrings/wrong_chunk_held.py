# wrong: holds_back_too_much
class StopStrings:
    def __init__(self, stop):
        self.stop = stop
        self.held = ""
        self.stopped = False

    def push(self, text):
        if self.stopped:
            return ""
        self.held += text
        places = [self.held.find(s) for s in self.stop if s in self.held]
        if places:
            self.stopped = True
            return self._send(min(places))
        keep = len(text)
        for s in self.stop:
            for n in range(1, len(s)):
                if self.held.endswith(s[:n]):
                    keep = max(keep, n)
        return self._send(len(self.held) - keep)

    def _send(self, end):
        out, self.held = self.held[:end], self.held[end:]
        return out

    def flush(self):
        return "" if self.stopped else self.held
