# wrong: held_text_lost
class StopStrings:
    def __init__(self, stop):
        self.stop = stop
        self.held = ""
        self.stopped = False

    def push(self, text):
        if self.stopped:
            return ""
        window = self.held + text
        places = [window.find(s) for s in self.stop if s in window]
        if places:
            self.stopped = True
            return window[: min(places)]
        keep = 0
        for s in self.stop:
            for n in range(1, len(s)):
                if window.endswith(s[:n]):
                    keep = max(keep, n)
        sent = window[: len(window) - keep]
        if not window.startswith(self.held + text[:1]) or keep == 0:
            sent = sent[len(self.held) :]
        self.held = window[len(window) - keep :] if keep else ""
        return sent

    def flush(self):
        return "" if self.stopped else self.held
