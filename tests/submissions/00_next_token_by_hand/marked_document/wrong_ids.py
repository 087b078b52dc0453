# wrong: wrong_type
# The ids are given, not the text that they stand for.
marked_document = [1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519,
    28, 7018, 411, 407]
marked_document += [19712, 8182, 2, 198, 1, 4093, 198, 31530, 549, 253, 24021, 2, 198, 1, 520, 9531, 198, 4898]
