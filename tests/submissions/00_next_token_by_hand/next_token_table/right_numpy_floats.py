# right: numpy floats from a softmax over guessed scores
import numpy as np

guesses = [" did", " don", " was", " are", "did"]
scores = np.array([3.0, 1.5, 1.0, 0.5, -2.0])
weights = np.exp(scores - scores.max())
next_token_table = dict(zip(guesses, weights / weights.sum(), strict=True))
