# right: a tree of blocks: the path to a node is the prefix
class BlockAllocator:
    def __init__(self, num_blocks, block_size):
        self.block_size = block_size
        self.free_list = list(range(num_blocks))
        self.root = {}
        self.nodes = {}

    @property
    def num_free(self):
        return len(self.free_list)

    def allocate(self, token_ids):
        step = self.block_size
        parts = [tuple(token_ids[i : i + step]) for i in range(0, len(token_ids), step)]
        children, found = self.root, []
        for part in parts:
            if len(part) < step or part not in children:
                break
            found.append(children[part])
            children = found[-1]["children"]
        if len(parts) - len(found) > len(self.free_list):
            return None
        for part in parts[len(found) :]:
            node = {"block": self.free_list.pop(0), "count": 0, "children": {}, "home": None}
            if len(part) == step:
                node["home"] = (children, part)
                children[part] = node
                children = node["children"]
            self.nodes[node["block"]] = node
            found.append(node)
        for node in found:
            node["count"] += 1
        return [node["block"] for node in found]

    def free(self, block_table):
        for block in block_table[::-1]:
            node = self.nodes[block]
            node["count"] -= 1
            if not node["count"]:
                if node["home"]:
                    children, part = node["home"]
                    del children[part]
                del self.nodes[block]
                self.free_list.append(block)
