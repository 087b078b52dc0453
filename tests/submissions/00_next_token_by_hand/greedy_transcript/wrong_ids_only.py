# wrong: wrong_type
# The ids alone.

greedy_transcript = [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28]
