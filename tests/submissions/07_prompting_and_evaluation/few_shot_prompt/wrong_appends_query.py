# wrong: input_changed
# The query is appended to the caller's list.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    examples.append((query, None))
    blocks = []
    for text, label in examples:
        end = "" if label is None else label + tail
        blocks.append(head.replace("{input}", text) + end)
    return "\n\n".join(blocks).rstrip()
