# wrong: cross_entropy_not_kl
# Soft targets in cross_entropy are taken to give the KL divergence.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    soft = F.cross_entropy(
        student / temperature, F.softmax(teacher / temperature, dim=-1)
    )
    hard = F.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * soft + (1 - alpha) * hard
