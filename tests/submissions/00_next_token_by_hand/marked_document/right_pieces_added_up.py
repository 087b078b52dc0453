# right: turns built one after the other with +=

newline = chr(10)
marked_document = "<|im_start|>|system|" + newline
marked_document += "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,"
marked_document += "| trained| by| H|ugging| Face|<|im_end|>|" + newline
marked_document += "|<|im_start|>|user|" + newline + "|Tell| me| a| joke|<|im_end|>|" + newline
marked_document += "|<|im_start|>|ass|istant|" + newline + "|Why"
