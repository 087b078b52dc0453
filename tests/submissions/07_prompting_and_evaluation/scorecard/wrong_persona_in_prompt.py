# wrong: wrong_prompt
# The prompt asks in the persona's name.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        prompt = f"You talk to a {case['persona']}.\n{case['prompt']}"
        try:
            hit = run(prompt).strip().lower() == case["answer"].strip().lower()
        except Exception:
            hit = False
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
