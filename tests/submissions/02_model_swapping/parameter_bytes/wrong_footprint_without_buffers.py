# wrong: calls_the_library
# The model is asked for the sum that this exercise builds.


def parameter_bytes(model):
    return model.get_memory_footprint(return_buffers=False)
