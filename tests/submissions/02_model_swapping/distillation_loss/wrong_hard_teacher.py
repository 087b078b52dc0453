# wrong: hard_teacher
# The teacher's favourite is taken for all that it knows.
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    soft = F.cross_entropy(student / temperature, teacher.argmax(dim=-1))
    hard = F.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * soft + (1 - alpha) * hard
