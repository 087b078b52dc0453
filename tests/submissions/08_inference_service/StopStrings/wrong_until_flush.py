# wrong: holds_back_too_much
class StopStrings:
    def __init__(self, stop):
        self.stop, self.text, self.stopped = stop, "", False
        self.before = ""

    def push(self, text):
        if self.stopped:
            return ""
        self.text += text
        places = [self.text.find(s) for s in self.stop if s in self.text]
        if places:
            self.stopped = True
            return self.text[: min(places)]
        return ""

    def flush(self):
        return "" if self.stopped else self.text
