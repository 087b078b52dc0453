# right: the template as what stands before, between and behind


def few_shot_prompt(examples, query, template):
    start = template.index("{input}")
    stop = template.index("{output}")
    before = template[:start]
    between = template[start + len("{input}") : stop]
    behind = template[stop + len("{output}") :]

    prompt = ""
    for text, label in examples:
        prompt += before + text + between + label + behind + "\n\n"
    prompt += before + query + between
    while prompt and prompt[-1].isspace():
        prompt = prompt[:-1]
    return prompt
