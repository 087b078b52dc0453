# wrong: prompts_cached
# A prompt that was asked before is not asked again.
from collections import Counter


def scorecard(cases, run):
    seen, right, outputs = Counter(overall=0), Counter(), {}
    for case in cases:
        prompt = case["prompt"]
        try:
            if prompt not in outputs:
                outputs[prompt] = None
                outputs[prompt] = run(prompt)
            hit = outputs[prompt].strip().lower() == case["answer"].strip().lower()
        except Exception:
            hit = False
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
