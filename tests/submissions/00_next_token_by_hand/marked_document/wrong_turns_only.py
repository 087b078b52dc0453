# wrong: boundaries_wrong
# One bar between turns, none between the tokens in them.

marked_document = (
    "<|im_start|>system\n"
    "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|"
    "im_end|>\n"
    "|<|im_start|>user\n"
    "Tell me a joke<|im_end|>\n"
    "|<|im_start|>assistant\n"
    "Why"
)
