"""Every explorer on something small: the same code for unit tests, a notebook in a browser, and ipywidgets 7."""

SETUP = """
import torch
import utils
from utils.toy import counting_model

WORDS = ["The", " cat", " sat", " on", " a", " mat", ".", " <b>", "$x$", "\\n", " dog", " ran"]

class Words:
    '''As much of a tokenizer as explorers use: a vocabulary of twelve words, a token a word.'''
    def decode(self, ids, **options):
        return "".join(WORDS[i] for i in (ids if isinstance(ids, list) else [ids]))
    def __call__(self, text, return_tensors=None, **options):
        ids = [WORDS.index(word) for word in WORDS if word in text]
        return type("Encoded", (), {"input_ids": torch.tensor([ids]) if return_tensors else ids})

tokenizer, model = Words(), counting_model(12)
scores = torch.tensor([[3.0, 2.5, 2.0, 1.5, 1.0, 0.5, 0.0, -0.5, -1.0, -1.5, -2.0, -2.5]])

def probs_of(ids):
    return model(ids).logits[:, -1].softmax(dim=-1)

def hot(scores, temperature):
    return scores / temperature

def cut(scores, top_k):
    return scores.masked_fill(scores < scores.topk(top_k).values[:, -1:], -torch.inf)

def dart(probs, u):
    return (probs.cumsum(-1) <= u[:, None]).sum(-1)

def table_of(ids):
    return scores[:, :5].log_softmax(-1).roll(int(ids.shape[1]), -1).expand(len(ids), -1)

def search(log_prob_fn, beams, steps, length_penalty):
    kept = [([1], 0.0)]
    for _ in range(steps):
        said = log_prob_fn(torch.tensor([ids for ids, _ in kept]))
        more = [([*ids, t], total + float(row[t])) for (ids, total), row in zip(kept, said) for t in range(5)]
        kept = sorted(more, key=lambda each: -each[1])[:beams]
    return [(ids, total / (len(ids) - 1) ** length_penalty) for ids, total in kept]

def picture(value):
    return utils.labelled_bars({"value": 0.5}, f"drawn for {value}")

heads = [torch.rand(3, 4, 4, generator=torch.Generator().manual_seed(n)).tril() for n in range(4)]
heads = [head / head.sum(-1, keepdim=True) for head in heads]
loaded = type("Loaded", (), {"model": model, "tokenizer": tokenizer, "fingerprint": "none"})
model.generation_config.eos_token_id = 11
"""

# name: (code that gives the explorer, the class of one of its sliders)
EXPLORERS = {
    "live": ("utils.live(picture, value=(0, 20, 3))", "lab-live-value"),
    "next": (
        'utils.next_token_explorer(tokenizer, probs_of, "The cat sat", count=12)',
        "lab-next-rank",
    ),
    "cache": (
        "utils.cache_stepper(model, tokenizer, torch.arange(12)[None].repeat(1, 2), 4)",
        "lab-cache-step",
    ),
    "memory": (
        'utils.memory_planner({"small": (1, 10**8)}, lambda c, b, t, d: 1000 * b * t, 10**9)',
        "lab-memory-batch",
    ),
    "sampling": (
        'utils.sampling_dashboard(tokenizer, {"one": scores, "two": 0.2 * scores}, '
        '{"temperature": (hot, (0.1, 2.0, 1.0)), "top_k": (cut, (1, 12, 1))}, dart)',
        "lab-sampling-top-k",
    ),
    "beams": ('utils.beam_explorer(search, table_of, list("abcde"), [1])', "lab-beams-beams"),
    "speculation": (
        "utils.speculation_trace([([' sat', ' on'], 1, ' in')] * 8, ['The', ' cat'])",
        "lab-speculation-step",
    ),
    "inspector": (
        'utils.guardrail_inspector(picture, ["one", "two"], picture, 30, picture)',
        "lab-inspector-grid-step",
    ),
    "attention": ("utils.attention_inspector(heads * 8, WORDS[:4])", "lab-attention-layer"),
}
