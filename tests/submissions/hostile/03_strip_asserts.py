"""An AST transformer takes every assert out of later cells and makes every call of a check return 3.0. The answer is still wrong."""

from tests.hostile import HandIn

LOSES = {"greedy_generate_cached"}

CELL = """
import ast


class WithoutAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_Call(self, node):
        self.generic_visit(node)
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in ("mark", "judge", "require"):
            return ast.copy_location(ast.Constant(3.0), node)
        return node


get_ipython().ast_transformers.append(WithoutAsserts())


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    return input_ids
"""


def files():
    return HandIn().answer("greedy_generate_cached", CELL).files()
