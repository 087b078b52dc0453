"""Patches the helpers' toy models in memory so that everything they say suits its answer. Its own exercise pays, no other does."""

from tests.hostile import HandIn

LOSES = {"next_token_probs"}

CELL = """
import utils.toy
from transformers.modeling_outputs import CausalLMOutputWithPast


def forward(self, input_ids, *args, **kwargs):
    logits = torch.zeros(*input_ids.shape, self.config.vocab_size)
    return CausalLMOutputWithPast(logits=logits, past_key_values=None)


utils.toy.ToyModel.forward = forward
utils.toy.Ledger.__call__ = lambda self, request: (None, None)
utils.counting_model = utils.reciting_model = counting_model = reciting_model = None


def next_token_probs(model, input_ids, attention_mask=None):
    return model(input_ids).logits[:, -1].softmax(-1)
"""


def files():
    return HandIn().answer("next_token_probs", CELL).files()
