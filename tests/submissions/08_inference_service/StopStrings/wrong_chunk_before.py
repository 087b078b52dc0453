# wrong: over_three_chunks
class StopStrings:
    def __init__(self, stop):
        self.stop, self.last, self.held, self.stopped = stop, "", "", False

    def push(self, text):
        if self.stopped:
            return ""
        window = self.last + text
        self.last = text
        places = [window.find(s) for s in self.stop if s in window]
        if places:
            self.stopped = True
            end = len(self.held) + len(text) - len(window) + min(places)
            out = (self.held + text)[: max(0, end)]
            self.held = ""
            return out
        self.held += text
        keep = max([n for s in self.stop for n in range(len(s)) if self.held.endswith(s[:n])], default=0)
        end = len(self.held) - keep
        out, self.held = self.held[:end], self.held[end:]
        return out

    def flush(self):
        return self.held
