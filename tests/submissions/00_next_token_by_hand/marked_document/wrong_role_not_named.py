# wrong: generation_prompt_missing
# A turn is opened, but not said to be the assistant's.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|\n"
    "|Why"
)
