# right: numpy in double precision, a python float
import numpy as np


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def logprobs(x):
        x = x - x.max(axis=-1, keepdims=True)
        return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))

    y = labels.numpy()
    keep = y != -100
    student = student_logits.detach().numpy().astype(np.float64)[keep]
    teacher = teacher_logits.detach().numpy().astype(np.float64)[keep]
    log_p = logprobs(teacher / temperature)
    log_q = logprobs(student / temperature)
    kl = np.sum(np.exp(log_p) * (log_p - log_q)) / keep.sum()
    cross_entropy = -np.mean(logprobs(student)[np.arange(keep.sum()), y[keep]])
    return float(alpha * temperature**2 * kl + (1 - alpha) * cross_entropy)
