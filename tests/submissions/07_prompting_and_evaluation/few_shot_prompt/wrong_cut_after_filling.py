# wrong: placeholder_in_text
# The query is filled in first, and cut where it says {output} itself.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    blocks.append(template.replace("{input}", query).split("{output}")[0])
    return "\n\n".join(blocks).rstrip()
