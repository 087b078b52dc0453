# wrong: partly_allocated
from collections import Counter


class BlockAllocator:
    def __init__(self, num_blocks, block_size):
        self.size, self.unused = block_size, list(range(num_blocks))
        self.holders, self.block_of = Counter(), {}

    @property
    def num_free(self):
        return len(self.unused)

    def allocate(self, token_ids):
        table = []
        for start in range(0, len(token_ids), self.size):
            prefix = tuple(token_ids[: start + self.size])
            block = self.block_of.get(prefix)
            if block is None:
                if not self.unused:
                    return None
                block = self.unused.pop()
                if len(prefix) % self.size == 0:
                    self.block_of[prefix] = block
            self.holders[block] += 1
            table.append(block)
        return table

    def free(self, block_table):
        for block in block_table:
            self.holders[block] -= 1
            if self.holders[block] == 0:
                self.unused.append(block)
                self.block_of = {p: b for p, b in self.block_of.items() if b != block}
