# wrong: generation_prompt_missing
# The joke follows the user's turn, without the opened turn of the assistant.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|Why"
)
