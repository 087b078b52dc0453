# wrong: placeholder_in_text
# An output that holds {input} gets the input.


def few_shot_prompt(examples, query, template):
    head = template.split("{output}")[0]
    shots = [template.replace("{output}", y).replace("{input}", x) for x, y in examples]
    return "\n\n".join([*shots, head.replace("{input}", query)]).rstrip()
