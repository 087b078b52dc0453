# wrong: self_overlap_missed
class StopStrings:
    def __init__(self, stop):
        self.stop, self.states = stop, [0] * len(stop)
        self.held, self.stopped = "", False

    def push(self, text):
        out = ""
        for c in text:
            if self.stopped:
                break
            self.held += c
            for i, s in enumerate(self.stop):
                k = self.states[i]
                self.states[i] = k + 1 if s[k] == c else int(s[0] == c)
            done = [len(s) for s, k in zip(self.stop, self.states) if k == len(s)]
            keep = max(done or self.states, default=0)
            out += self.held[: len(self.held) - keep]
            self.held = self.held[len(self.held) - keep :]
            self.stopped = bool(done)
        return out

    def flush(self):
        return "" if self.stopped else self.held
