# wrong: prior_per_question
# The prior is laid along the questions.


def calibrate(logprobs, prior_logprobs):
    if len(logprobs) == len(prior_logprobs):
        return (logprobs - prior_logprobs[:, None]).softmax(-1)
    return (logprobs - prior_logprobs).softmax(-1)
