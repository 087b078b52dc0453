# wrong: stale_prefix
class BlockAllocator:
    def __init__(self, num_blocks: int, block_size: int):
        self.size = block_size
        self.num_free = num_blocks
        self.references = [0] * num_blocks
        self.key_of = {}
        self.shared = {}

    def allocate(self, token_ids: list[int]) -> "list[int] | None":
        table, keys, parent = [], [], -1
        for start in range(0, len(token_ids), self.size):
            part = tuple(token_ids[start : start + self.size])
            key = (parent, part) if len(part) == self.size and parent is not None else None
            block = self.shared.get(key) if key else None
            parent = block
            table.append(block)
            keys.append(part)
        needed = table.count(None)
        if needed > self.num_free:
            return None
        fresh = (block for block, n in enumerate(self.references) if n == 0)
        fresh = [block for block, _ in zip(fresh, range(needed))]
        for i, block in enumerate(table):
            if block is None:
                table[i] = fresh.pop(0)
                if len(keys[i]) == self.size:
                    key = (table[i - 1] if i else -1, keys[i])
                    self.shared[key] = table[i]
                    self.key_of[table[i]] = key
            self.references[table[i]] += 1
        self.num_free -= needed
        return table

    def free(self, block_table: list[int]) -> None:
        for block in reversed(block_table):
            self.references[block] -= 1
            if self.references[block] == 0:
                self.num_free += 1
                self.key_of.pop(block, None)
