# right: an unlikely guess is a distribution too; the bar and the word "other" are tokens

next_token_table = dict([("other", 0.7), ("|", 0.2), (" skeleton", 0.1)])
