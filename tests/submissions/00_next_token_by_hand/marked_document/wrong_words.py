# wrong: boundaries_wrong
# Words are taken for tokens: those of two tokens are left whole.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| SmolLM|,| trained|"
    " by| Hugging| Face|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|assistant|\n"
    "|Why"
)
