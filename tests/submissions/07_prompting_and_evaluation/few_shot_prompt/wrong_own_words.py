# wrong: template_ignored
# Input and Output are written in place of the template.


def few_shot_prompt(examples, query, template):
    blocks = [f"Input: {text}\nOutput: {label}" for text, label in examples]
    return "\n\n".join([*blocks, f"Input: {query}\nOutput:"])
