# right: a list of pieces joined with bars

pieces = [
    "<|im_start|>", "system", "\n", "You", " are", " a", " helpful", " AI",
    " assistant", " named", " Sm", "ol", "LM", ",", " trained", " by", " H",
    "ugging", " Face", "<|im_end|>", "\n", "<|im_start|>", "user", "\n", "Tell",
    " me", " a", " joke", "<|im_end|>", "\n", "<|im_start|>", "ass", "istant",
    "\n", "Why",
]
marked_document = "|".join(pieces)
