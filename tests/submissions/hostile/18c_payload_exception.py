"""Raises an exception that runs code when it is unpickled. Exceptions cross as a name and a text: its exercise gets 0, nothing runs."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob"}
FINDINGS = {"sequence_logprob": "raised"}

CELL = """
class Payload(Exception):
    def __reduce_ex__(self, protocol):
        return exec, ("raise RuntimeError('LEAK' + '<<' + 'unpickled' + '>>')",)


def sequence_logprob(model, input_ids, prompt_length):
    raise Payload("no luck")
"""


def files():
    return HandIn().answer("sequence_logprob", CELL).files()
