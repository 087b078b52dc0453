# right: model.generate with its own stop_strings, the text cut afterwards
import torch


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    if tokenizer.chat_template:
        chat = [{"role": "user", "content": prompt}]
        ids = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )["input_ids"]
    else:
        ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
    n = ids.shape[1]
    eos = model.generation_config.eos_token_id
    if eos is None:
        eos = tokenizer.eos_token_id
    eos = eos if isinstance(eos, list) else [eos]
    stops = [stop] if isinstance(stop, str) else stop or []
    more = {"stop_strings": stops, "tokenizer": tokenizer} if stops else {}
    new = []
    if max_new_tokens > 0:
        new = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=max_new_tokens,
            do_sample=False,
            eos_token_id=eos,
            pad_token_id=eos[0],
            **more,
        )[0, n:].tolist()
    text = tokenizer.decode(new, skip_special_tokens=True)
    ends = [text.find(s) for s in stops if s in text]
    stopped = bool(ends) or bool(new and new[-1] in eos)
    return {
        "text": text[:min(ends)] if ends else text,
        "prompt_tokens": n,
        "completion_tokens": len(new),
        "finish_reason": "stop" if stopped else "length",
    }
