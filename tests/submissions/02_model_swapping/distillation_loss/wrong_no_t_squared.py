# wrong: no_t_squared
# The soft part is taken to keep its size at every temperature.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    kl = F.kl_div(
        F.log_softmax(student / temperature, dim=-1),
        F.softmax(teacher / temperature, dim=-1),
        reduction="batchmean",
    )
    return alpha * kl + (1 - alpha) * F.cross_entropy(student, labels[counts])
