# wrong: stopped_too_early
class StopStrings:
    def __init__(self, stop):
        self.stop, self.held, self.over = stop, "", False

    @property
    def stopped(self):
        return self.over or self.held != ""

    def push(self, text):
        if self.over:
            return ""
        text = self.held + text
        for i in range(len(text)):
            if any(text.startswith(s, i) for s in self.stop):
                self.over, self.held = True, ""
                return text[:i]
            if any(s.startswith(text[i:]) for s in self.stop):
                self.held = text[i:]
                return text[:i]
        self.held = ""
        return text

    def flush(self):
        return self.held
