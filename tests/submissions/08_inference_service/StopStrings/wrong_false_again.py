# wrong: stopped_missing
class StopStrings:
    def __init__(self, stop):
        self.stop, self.held, self.stopped, self.over = stop, "", False, False

    def push(self, text):
        self.stopped = False
        if self.over:
            return ""
        text = self.held + text
        for i in range(len(text)):
            if any(text.startswith(s, i) for s in self.stop):
                self.stopped = self.over = True
                self.held = ""
                return text[:i]
            if any(s.startswith(text[i:]) for s in self.stop):
                self.held = text[i:]
                return text[:i]
        self.held = ""
        return text

    def flush(self):
        return self.held
