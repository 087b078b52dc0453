"""Returns objects that run code when they are unpickled, alone and inside lists and dicts. Nothing is ever unpickled: the wrong type."""

from tests.hostile import HandIn

LOSES = {"greedy_generate", "token_table", "infer", "fit_to_budget"}
FINDINGS = {"greedy_generate": "wrong_type", "token_table": "wrong_type"}

PAYLOAD = """
class Payload:
    def __reduce_ex__(self, protocol):
        return exec, ("raise RuntimeError('LEAK' + '<<' + 'unpickled' + '>>')",)

    def __deepcopy__(self, memo):
        return self


"""


def returning(name, value):
    return f"{PAYLOAD}def {name}(*args, **kwargs):\n    return {value}\n"


def files():
    answer = (
        "{'text': Payload(), 'prompt_tokens': 1, 'completion_tokens': 1, 'finish_reason': 'stop'}"
    )
    return (
        HandIn()
        .answer("greedy_generate", returning("greedy_generate", "Payload()"))
        .answer("token_table", returning("token_table", "[(1, Payload())]"))
        .answer("infer", returning("infer", answer))
        .answer("fit_to_budget", returning("fit_to_budget", "[{Payload(): Payload()}]"))
        .files()
    )
