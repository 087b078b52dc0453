# right: a generator that goes character by character
def filtering(stop, state):
    held, out = "", ""
    while True:
        text = yield out
        out = ""
        if text is None:
            out, held = held, ""
            continue
        for c in text:
            held += c
            complete = [s for s in stop if held.endswith(s)]
            if complete:
                out += held[: len(held) - max(map(len, complete))]
                state["stopped"], held = True, ""
                break
            while held and not any(s.startswith(held) for s in stop):
                out, held = out + held[0], held[1:]
        while state["stopped"]:
            yield out
            out = ""


class StopStrings:
    def __init__(self, stop):
        self.state = {"stopped": False}
        self.filter = filtering(stop, self.state)
        next(self.filter)

    @property
    def stopped(self):
        return self.state["stopped"]

    def push(self, text):
        return self.filter.send(text)

    def flush(self):
        return self.filter.send(None)
