# wrong: over_three_chunks
class StopStrings:
    def __init__(self, stop):
        self.stop, self.buffer, self.stopped = tuple(stop), "", False

    def push(self, text):
        if self.stopped:
            return ""
        old, text = self.buffer, self.buffer + text
        for i in range(len(text)):
            rest = text[i:]
            if self.stop and rest.startswith(self.stop):
                self.stopped, self.buffer = True, ""
                return text[:i]
            if any(s.startswith(rest) for s in self.stop):
                self.buffer = rest if i >= len(old) else ""
                return text[:i] if i >= len(old) else text
        self.buffer = ""
        return text

    def flush(self):
        rest, self.buffer = self.buffer, ""
        return rest
