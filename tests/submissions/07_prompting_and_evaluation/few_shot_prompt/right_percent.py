# right: split pieces, filled in by joining


def few_shot_prompt(examples, query, template):
    head, tail = template.split("{output}", 1)
    before, between = head.split("{input}", 1)
    shots = "".join(f"{before}{x}{between}{y}{tail}\n\n" for x, y in examples)
    return f"{shots}{before}{query}{between}".rstrip()
