# wrong: unknown_refused
def parse_completion_request(body):
    return _parse(**body)


def _parse(model=None, prompt=None, max_tokens=None, temperature=None, stop=None, seed=None, stream=None):
    def require(ok, name):
        if not ok:
            raise ValueError(f"the field {name} is not valid")

    max_tokens = 16 if max_tokens is None else max_tokens
    temperature = 1.0 if temperature is None else temperature
    stop = [] if stop is None else stop
    stop = [stop] if isinstance(stop, str) else stop
    stream = False if stream is None else stream
    require(isinstance(model, str), "model")
    require(isinstance(prompt, str) and prompt, "prompt")
    require(type(max_tokens) is int and max_tokens > 0, "max_tokens")
    require(type(temperature) in (int, float) and 0 <= temperature <= 2, "temperature")
    require(isinstance(stop, list) and len(stop) <= 4, "stop")
    require(all(isinstance(s, str) and s for s in stop), "stop")
    require(seed is None or type(seed) is int, "seed")
    require(isinstance(stream, bool), "stream")
    return {"model": model, "prompt": prompt, "max_tokens": max_tokens, "temperature": temperature,
            "stop": stop, "seed": seed, "stream": stream}
