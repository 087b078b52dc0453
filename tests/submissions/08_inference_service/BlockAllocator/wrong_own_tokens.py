# wrong: shared_by_content
from collections import Counter


class BlockAllocator:
    def __init__(self, num_blocks, block_size):
        self.block_size = block_size
        self.unused = list(range(num_blocks))
        self.holders = Counter()
        self.block_of = {}

    @property
    def num_free(self):
        return len(self.unused)

    def allocate(self, token_ids):
        size = self.block_size
        prefixes = [tuple(token_ids[i : i + size]) for i in range(0, len(token_ids), size)]
        table = [self.block_of.get(p) if len(p) % size == 0 else None for p in prefixes]
        if table.count(None) > self.num_free:
            return None
        for i, block in enumerate(table):
            if block is None:
                table[i] = self.unused.pop()
                if len(prefixes[i]) % size == 0:
                    self.block_of[prefixes[i]] = table[i]
        self.holders.update(table)
        return table

    def free(self, block_table):
        self.holders.subtract(block_table)
        gone = {block for block in block_table if self.holders[block] == 0}
        self.unused += gone
        self.block_of = {p: block for p, block in self.block_of.items() if block not in gone}
