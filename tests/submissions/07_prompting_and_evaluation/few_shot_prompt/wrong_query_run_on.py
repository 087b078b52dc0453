# wrong: blocks_run_together
# Examples are joined well, and the query directly behind them.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    shots = "\n\n".join(head.replace("{input}", x) + y + tail for x, y in examples)
    line_end = "\n" if examples else ""
    return (shots + line_end + head.replace("{input}", query)).rstrip()
