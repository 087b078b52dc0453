# wrong: input_changed
# `/=` divides the caller's logits.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    hard = F.cross_entropy(student_logits, labels)
    student_logits /= temperature
    teacher_logits /= temperature
    kl = F.kl_div(
        F.log_softmax(student_logits[counts], dim=-1),
        F.softmax(teacher_logits[counts], dim=-1),
        reduction="batchmean",
    )
    return alpha * temperature**2 * kl + (1 - alpha) * hard
