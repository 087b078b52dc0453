# wrong: answer_slot_left
# The query is filled in as an example whose answer is None.


def few_shot_prompt(examples, query, template):
    before, between = template.split("{output}")[0].split("{input}")
    tail = template.split("{output}")[1]
    pairs = [*examples, (query, None)]
    return "\n\n".join(f"{before}{x}{between}{y}{tail}" for x, y in pairs).rstrip()
