# right: a trie and a deque of characters
from collections import deque


class StreamGuard:
    END = object()

    def __init__(self, banned, mask="[removed]"):
        self.trie = {}
        self.longest = 0
        for word in banned:
            node = self.trie
            for c in word:
                node = node.setdefault(c, {})
            node[self.END] = True
            self.longest = max(self.longest, len(word))
        self.mask = mask
        self.held = deque()

    def match(self):
        node, best = self.trie, 0
        for i, c in enumerate(self.held, 1):
            if c not in node:
                break
            node = node[c]
            if self.END in node:
                best = i
        return best

    def drain(self, down_to):
        out = []
        while len(self.held) > down_to:
            size = self.match()
            out.append(self.mask if size else self.held[0])
            for _ in range(size or 1):
                self.held.popleft()
        return "".join(out)

    def feed(self, chunk):
        self.held.extend(chunk)
        return self.drain(max(self.longest - 1, 0))

    def flush(self):
        return self.drain(0)
