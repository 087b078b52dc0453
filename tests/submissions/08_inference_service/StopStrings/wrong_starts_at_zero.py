# wrong: self_overlap_missed
class StopStrings:
    def __init__(self, stop):
        self.stop = stop
        self.held = ""
        self.stopped = False

    def push(self, text):
        out = ""
        for c in "" if self.stopped else text:
            if any(s.startswith(self.held + c) for s in self.stop):
                self.held += c
            elif any(s.startswith(c) for s in self.stop):
                out, self.held = out + self.held, c
            else:
                out, self.held = out + self.held + c, ""
            if self.held in self.stop:
                self.stopped, self.held = True, ""
                break
        return out

    def flush(self):
        return self.held
