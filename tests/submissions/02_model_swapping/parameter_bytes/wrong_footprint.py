# wrong: calls_the_library
# The model is asked for its size, buffers and all.


def parameter_bytes(model):
    return model.get_memory_footprint()
