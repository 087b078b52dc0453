# wrong: nothing_shared
class BlockAllocator:
    def __init__(self, num_blocks, block_size):
        self.unused, self.block_size = list(range(num_blocks)), block_size

    @property
    def num_free(self):
        return len(self.unused)

    def allocate(self, token_ids):
        needed = -(-len(token_ids) // self.block_size)
        if needed > len(self.unused):
            return None
        table, self.unused = self.unused[:needed], self.unused[needed:]
        return table

    def free(self, block_table):
        self.unused += block_table
