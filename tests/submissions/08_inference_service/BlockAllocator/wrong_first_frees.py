# wrong: freed_while_shared
class BlockAllocator:
    def __init__(self, num_blocks, block_size):
        self.size, self.unused, self.block_of = block_size, set(range(num_blocks)), {}

    @property
    def num_free(self):
        return len(self.unused)

    def allocate(self, token_ids):
        table = []
        for end in range(self.size, len(token_ids) + self.size, self.size):
            prefix = tuple(token_ids[:end]) if end <= len(token_ids) else None
            table.append(self.block_of.get(prefix))
        if table.count(None) > len(self.unused):
            return None
        for i, block in enumerate(table):
            if block is None:
                table[i] = self.unused.pop()
                if (i + 1) * self.size <= len(token_ids):
                    self.block_of[tuple(token_ids[: (i + 1) * self.size])] = table[i]
        return table

    def free(self, block_table):
        self.unused |= set(block_table)
        self.block_of = {p: b for p, b in self.block_of.items() if b not in self.unused}
