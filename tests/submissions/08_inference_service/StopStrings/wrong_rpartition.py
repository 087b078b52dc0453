# wrong: last_occurrence
class StopStrings:
    def __init__(self, stop):
        self.stop, self.held, self.stopped = stop, "", False

    def push(self, text):
        if self.stopped:
            return ""
        self.held += text
        found = [s for s in self.stop if s in self.held]
        if found:
            self.stopped = True
            return min((self.held.rpartition(s)[0] for s in found), key=len)
        for i in range(len(self.held)):
            if any(s.startswith(self.held[i:]) for s in self.stop):
                out, self.held = self.held[:i], self.held[i:]
                return out
        out, self.held = self.held, ""
        return out

    def flush(self):
        return "" if self.stopped else self.held
