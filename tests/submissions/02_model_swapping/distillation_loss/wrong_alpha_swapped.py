# wrong: alpha_swapped
# alpha is taken to weigh the labels.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    kl = F.kl_div(
        F.log_softmax(student / temperature, dim=-1),
        F.softmax(teacher / temperature, dim=-1),
        reduction="batchmean",
    )
    hard = F.cross_entropy(student, labels[counts])
    return (1 - alpha) * temperature**2 * kl + alpha * hard
