# wrong: state_shared
class BlockAllocator:
    def __init__(self, num_blocks, block_size, live=[]):
        self.all, self.size, self.live = set(range(num_blocks)), block_size, live

    @property
    def num_free(self):
        return len(self.all) - len(self._used())

    def _used(self):
        return {block for _, table in self.live for block in table}

    def allocate(self, token_ids):
        best = []
        for ids, table in self.live:
            n = 0
            while (n + 1) * self.size <= min(len(ids), len(token_ids)) and (
                ids[: (n + 1) * self.size] == token_ids[: (n + 1) * self.size]
            ):
                n += 1
            best = max(best, table[:n], key=len)
        more = -(-len(token_ids) // self.size) - len(best)
        unused = sorted(self.all - self._used())
        if more > len(unused):
            return None
        table = best + unused[:more]
        self.live.append((list(token_ids), table))
        return list(table)

    def free(self, block_table):
        place = [table for _, table in self.live].index(list(block_table))
        del self.live[place]
