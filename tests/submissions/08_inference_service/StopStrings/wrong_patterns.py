# wrong: regex_characters
import re


class StopStrings:
    def __init__(self, stop):
        self.stop, self.held, self.stopped = stop, "", False

    def push(self, text):
        if self.stopped:
            return ""
        self.held += text
        match = re.search("|".join(self.stop), self.held) if self.stop else None
        if match:
            self.stopped = True
            return self.held[: match.start()]
        keep = max((n for s in self.stop for n in range(len(s)) if self.held.endswith(s[:n])), default=0)
        end = len(self.held) - keep
        out, self.held = self.held[:end], self.held[end:]
        return out

    def flush(self):
        return "" if self.stopped else self.held
