# wrong: wrong_shape
# One loss per row is returned, to be averaged by somebody else.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    kl = F.kl_div(
        F.log_softmax(student / temperature, dim=-1),
        F.softmax(teacher / temperature, dim=-1),
        reduction="none",
    ).sum(-1)
    hard = F.cross_entropy(student, labels[counts], reduction="none")
    return alpha * temperature**2 * kl + (1 - alpha) * hard
