# right: model.generate with a stopping criterion that reads the text
import torch
from transformers import StoppingCriteria, StoppingCriteriaList


class StopOnText(StoppingCriteria):
    def __init__(self, tokenizer, start, stops):
        self.tokenizer, self.start, self.stops = tokenizer, start, stops
        self.cut = None

    def __call__(self, input_ids, scores, **kwargs):
        new = input_ids[0, self.start:]
        text = self.tokenizer.decode(new, skip_special_tokens=True)
        found = [text.index(s) for s in self.stops if s in text]
        if found:
            self.cut = min(found)
        return torch.tensor([bool(found)] * len(input_ids), device=input_ids.device)


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        inputs = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )
    else:
        inputs = tokenizer(prompt, return_tensors="pt")
    ids = inputs["input_ids"]
    n = ids.shape[1]
    answer = {
        "text": "",
        "prompt_tokens": n,
        "completion_tokens": 0,
        "finish_reason": "length",
    }
    if max_new_tokens == 0:
        return answer
    eos = model.generation_config.eos_token_id
    if eos is None:
        eos = tokenizer.eos_token_id
    eos = eos if isinstance(eos, list) else [eos]
    stops = [stop] if isinstance(stop, str) else (stop or [])
    watch = StopOnText(tokenizer, n, stops)
    output = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=max_new_tokens,
        do_sample=False,
        eos_token_id=eos,
        pad_token_id=eos[0],
        stopping_criteria=StoppingCriteriaList([watch]),
    )[0, n:]
    text = tokenizer.decode(output, skip_special_tokens=True)
    answer["text"] = text[:watch.cut]
    answer["completion_tokens"] = len(output)
    if watch.cut is not None or output[-1].item() in eos:
        answer["finish_reason"] = "stop"
    return answer
