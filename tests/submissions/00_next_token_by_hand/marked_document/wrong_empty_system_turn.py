# wrong: system_message_missing
# A system turn, but with nothing in it.

marked_document = (
    "<|im_start|>|system|\n"
    "|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|ass|istant|\n"
    "|Why"
)
