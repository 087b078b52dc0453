# wrong: kl_reversed
# kl_div(a, b) is taken to be KL(a || b); its first argument is the second.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    kl = F.kl_div(
        F.log_softmax(teacher / temperature, dim=-1),
        F.softmax(student / temperature, dim=-1),
        reduction="batchmean",
    )
    hard = F.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * kl + (1 - alpha) * hard
