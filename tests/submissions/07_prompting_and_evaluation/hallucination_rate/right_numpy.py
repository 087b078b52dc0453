# right: numpy, in double precision
import numpy as np
from scipy.special import softmax


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = softmax(logprobs.numpy().astype(np.float64), axis=1)
    wrong = probs.argmax(1) != answers.numpy()
    return np.mean(wrong & (probs.max(1) >= threshold))
