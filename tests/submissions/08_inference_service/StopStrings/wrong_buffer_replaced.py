# wrong: held_text_lost
class StopStrings:
    def __init__(self, stop):
        self.stop, self.buffer, self.stopped = tuple(stop), "", False

    def push(self, text):
        if self.stopped:
            return ""
        text = self.buffer + text
        for i in range(len(text)):
            rest = text[i:]
            if self.stop and rest.startswith(self.stop):
                self.stopped, self.buffer = True, ""
                return text[:i]
            if any(s.startswith(rest) for s in self.stop):
                old, self.buffer = len(self.buffer), rest
                return text[min(i, old) : i]
        old, self.buffer = len(self.buffer), ""
        return text[old:]

    def flush(self):
        rest, self.buffer = self.buffer, ""
        return rest
