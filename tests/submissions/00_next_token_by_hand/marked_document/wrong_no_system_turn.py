# wrong: system_message_missing
# Only what was typed: the system turn that the template adds is left out.

marked_document = (
    "<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|ass|istant|\n"
    "|Why"
)
