# wrong: stopped_missing
class StopStrings:
    def __init__(self, stop):
        self.stop, self.held, self.stopped, self.done = stop, "", False, False

    def push(self, text):
        if self.done:
            return ""
        self.held += text
        places = [self.held.find(s) for s in self.stop if s in self.held]
        if places:
            self.done = True
            return self.held[: min(places)]
        n = len(self.held)
        starts = [i for i in range(n) if any(s.startswith(self.held[i:]) for s in self.stop)]
        end = starts[0] if starts else n
        out, self.held = self.held[:end], self.held[end:]
        return out

    def flush(self):
        return "" if self.done else self.held
