# wrong: query_missing
# Only the examples are written.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    return "\n\n".join(head.replace("{input}", x) + y + tail for x, y in examples)
