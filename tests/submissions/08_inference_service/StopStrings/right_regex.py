# right: one regular expression for the stop strings, one for their beginnings
import re


class StopStrings:
    def __init__(self, stop):
        whole = "|".join(re.escape(s) for s in stop)
        parts = sorted({s[:n] for s in stop for n in range(1, len(s))}, key=len, reverse=True)
        self.whole = re.compile(whole) if stop else None
        self.parts = re.compile("(?:" + "|".join(map(re.escape, parts)) + r")\Z") if parts else None
        self.held, self.stopped = "", False

    def push(self, text):
        if self.stopped:
            return ""
        held = self.held + text
        match = self.whole.search(held) if self.whole else None
        self.stopped = match is not None
        if match is None and self.parts:
            match = self.parts.search(held)
        end = match.start() if match else len(held)
        self.held = "" if self.stopped else held[end:]
        return held[:end]

    def flush(self):
        held, self.held = self.held, ""
        return held
