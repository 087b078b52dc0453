# wrong: added_not_concatenated
# State and token are added.
def draft_head(hidden, input_ids, embedding, weight):
    both = embedding[input_ids[1:]] + hidden
    return both @ weight[:, : hidden.shape[1]].T @ embedding.T
