# right: the end of the turn and a newline are tokens too; some entries are 0

next_token_table = {
    " did": 0.5,
    "<|im_end|>": 0.25,
    "\n": 0.125,
    ",": 0.125,
    "?": 0.0,
}
