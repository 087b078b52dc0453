# wrong: state_shared
class StopStrings:
    held = [""]
    stopped = False

    def __init__(self, stop):
        self.stop = stop

    def push(self, text):
        if self.stopped:
            return ""
        text = self.held[0] + text
        self.held[0] = ""
        for i in range(len(text)):
            if any(text.startswith(s, i) for s in self.stop):
                self.stopped = True
                return text[:i]
            if any(s.startswith(text[i:]) for s in self.stop):
                self.held[0] = text[i:]
                return text[:i]
        return text

    def flush(self):
        return self.held[0]
