# wrong: frozen_left_out
# What is not trained is taken to need no memory.


def parameter_bytes(model):
    trained = [p for p in model.parameters() if p.requires_grad]
    return sum({p.data_ptr(): p.nbytes for p in trained}.values())
