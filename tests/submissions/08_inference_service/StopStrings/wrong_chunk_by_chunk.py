# wrong: split_leaks
class StopStrings:
    def __init__(self, stop):
        self.stop = stop
        self.stopped = False

    def push(self, text):
        if self.stopped:
            return ""
        places = [text.find(s) for s in self.stop if s in text]
        if places:
            self.stopped = True
            return text[: min(places)]
        return text

    def flush(self):
        return ""
