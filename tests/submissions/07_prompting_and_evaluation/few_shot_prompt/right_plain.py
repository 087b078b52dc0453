# right: the template cut in two at the answer's place


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    blocks.append(head.replace("{input}", query))
    return "\n\n".join(blocks).rstrip()
