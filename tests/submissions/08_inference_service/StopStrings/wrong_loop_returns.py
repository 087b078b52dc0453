# wrong: list_order
class StopStrings:
    def __init__(self, stop: list[str]):
        self.stop = list(stop)
        self.text = ""
        self.sent = 0
        self.end = None

    @property
    def stopped(self) -> bool:
        return self.end is not None

    def push(self, text: str) -> str:
        if self.stopped:
            return ""
        self.text += text
        found = [i for i in (self.text.find(s) for s in self.stop) if i >= 0]
        if found:
            self.end = found[0]
            limit = self.end
        else:
            limit = len(self.text)
            while limit > self.sent:
                pass_on = False
                tail = len(self.text)
                for s in self.stop:
                    for n in range(len(s) - 1, 0, -1):
                        if self.text.endswith(s[:n]):
                            tail = min(tail, len(self.text) - n)
                            break
                limit, pass_on = tail, True
                if pass_on:
                    break
        piece = self.text[self.sent : limit]
        self.sent = limit
        return piece

    def flush(self) -> str:
        return "" if self.stopped else self.text[self.sent :]
