# wrong: columns_taken
# The id picks a column: the table is taken to be [H, V].


def embed(table, input_ids):
    return table.T[input_ids]
