# right: Knuth, Morris and Pratt: one automaton for each stop string
class StopStrings:
    def __init__(self, stop):
        self.stop = [(s, self.failure(s)) for s in stop]
        self.states = [0] * len(stop)
        self.held = ""
        self.stopped = False

    @staticmethod
    def failure(s):
        table, k = [0] * (len(s) + 1), 0
        for i in range(1, len(s)):
            while k and s[k] != s[i]:
                k = table[k]
            k += s[k] == s[i]
            table[i + 1] = k
        return table

    def push(self, text):
        out = ""
        for c in text:
            if self.stopped:
                break
            self.held += c
            for i, (s, table) in enumerate(self.stop):
                k = self.states[i]
                while k and s[k] != c:
                    k = table[k]
                self.states[i] = k + (s[k] == c)
            keep = max(self.states, default=0)
            out += self.held[: len(self.held) - keep]
            self.held = self.held[len(self.held) - keep :]
            done = [len(s) for (s, _), k in zip(self.stop, self.states) if k == len(s)]
            if done:
                # The longest that ends here begins first, and nothing that began before it is alive.
                out += self.held[: len(self.held) - max(done)]
                self.stopped = True
        return out

    def flush(self):
        return "" if self.stopped else self.held
