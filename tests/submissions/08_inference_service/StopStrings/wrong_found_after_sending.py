# wrong: split_leaks
class StopStrings:
    def __init__(self, stop):
        self.stop = stop
        self.text = ""
        self.stopped = False

    def push(self, text):
        if self.stopped:
            return ""
        sent = len(self.text)
        self.text += text
        places = [self.text.find(s) for s in self.stop if s in self.text]
        if places:
            self.stopped = True
            return self.text[sent : max(sent, min(places))]
        return text

    def flush(self):
        return ""
