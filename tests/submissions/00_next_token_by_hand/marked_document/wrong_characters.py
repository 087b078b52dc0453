# wrong: boundaries_wrong
# Characters are taken for tokens.

marked_document = (
    "<|im_start|>|s|y|s|t|e|m|\n"
    "|Y|o|u| |a|r|e| |a| |h|e|l|p|f|u|l| |A|I| |a|s|s|i|s|t|a|n|t|"
    " |n|a|m|e|d| |S|m|o|l|L|M|,| |t|r|a|i|n|e|d| |b|y| |H|u|g|g|i|"
    "n|g| |F|a|c|e|<|im_end|>|\n"
    "|<|im_start|>|u|s|e|r|\n"
    "|T|e|l|l| |m|e| |a| |j|o|k|e|<|im_end|>|\n"
    "|<|im_start|>|a|s|s|i|s|t|a|n|t|\n"
    "|W|h|y"
)
