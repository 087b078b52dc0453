# wrong: shifted_again
# Logits and labels are taken to be a sequence that has not been shifted yet.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    if len(labels) > 1:
        student_logits, teacher_logits = student_logits[:-1], teacher_logits[:-1]
        labels = labels[1:]
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    kl = F.kl_div(
        F.log_softmax(student / temperature, dim=-1),
        F.softmax(teacher / temperature, dim=-1),
        reduction="batchmean",
    )
    hard = F.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * kl + (1 - alpha) * hard
