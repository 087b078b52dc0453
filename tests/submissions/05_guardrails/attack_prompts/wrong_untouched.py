# wrong: not_implemented
# The stub.
attack_prompts = None
