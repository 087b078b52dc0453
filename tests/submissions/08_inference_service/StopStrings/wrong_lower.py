# wrong: case_ignored
class StopStrings:
    def __init__(self, stop):
        self.stop = [s.lower() for s in stop]
        self.held = ""
        self.stopped = False

    def push(self, text):
        if self.stopped:
            return ""
        self.held += text
        low = self.held.lower()
        for i in range(len(low)):
            if any(low.startswith(s, i) for s in self.stop):
                self.stopped = True
                return self.held[:i]
            if any(s.startswith(low[i:]) for s in self.stop):
                out, self.held = self.held[:i], self.held[i:]
                return out
        out, self.held = self.held, ""
        return out

    def flush(self):
        return "" if self.stopped else self.held
