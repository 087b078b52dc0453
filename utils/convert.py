"""Weights in another format → folder that `from_pretrained` loads in a moment.

    python convert.py SOURCE.gguf|SOURCE.bin FOLDER AUTO_CLASS

A program of its own, run by `utils.prepare`: what the conversion prints stays out of
the learner's notebook, and the gigabytes that it takes go back at its end.
"""

import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


def main(source: Path, folder: Path, auto_class: str) -> None:
    """Write weights, tied ones once, and configurations; of a GGUF file, which holds
    one, the tokenizer too."""
    import transformers

    model_class = getattr(transformers, auto_class)
    if source.suffix == ".gguf":
        _gguf_tokenizer(source).save_pretrained(folder)
        model = _gguf_model(source, model_class)
    else:
        model = _pickled_model(source, model_class)
    model.save_pretrained(folder, max_shard_size="100GB")
    # safetensors makes it readable by its owner only; a class may share the cache.
    shutil.copymode(folder / "config.json", folder / "model.safetensors")


def _pickled_model(source: Path, model_class: Any) -> "PreTrainedModel":
    """The model of a `pytorch_model.bin` with its configuration beside it, as stored."""
    import torch

    # Only tensors: a pickle could run anything.
    tensors = torch.load(source, map_location="cpu", weights_only=True, mmap=True)
    [dtype] = {t.dtype for t in tensors.values() if t.is_floating_point()}
    return model_class.from_pretrained(
        source.parent, dtype=dtype, use_safetensors=False, weights_only=True, local_files_only=True
    )


def _gguf_model(source: Path, model_class: Any) -> "PreTrainedModel":
    """The model of a GGUF file, in fp32."""
    import torch

    loaded = model_class.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    # A model that was loaded quantized refuses to be saved, so its numbers go into a
    # plain one. fp32 loses nothing: 4-bit values times their scales do not fit bf16.
    if hasattr(loaded.config, "quantization_config"):  # not in every version
        del loaded.config.quantization_config
    with torch.device("meta"):
        plain = model_class.from_config(loaded.config, dtype=torch.float32)
    plain.load_state_dict(loaded.state_dict(), assign=True)
    plain.tie_weights()
    plain.generation_config = loaded.generation_config
    return plain


def _gguf_tokenizer(source: Path) -> "PreTrainedTokenizerFast":
    """The file's tokenizer, special tokens and chat template included.

    Not through `from_pretrained`: what that makes of a GGUF file's tokenizer changes
    with the version. transformers 5.15 ends a chat turn with its *start* token.
    """
    import gguf
    from tokenizers import AddedToken
    from transformers import PreTrainedTokenizerFast

    fields = {
        name.removeprefix("tokenizer.").removeprefix("ggml."): field.contents()
        for name, field in gguf.GGUFReader(source).fields.items()
        if name.startswith("tokenizer.")
    }
    kind = fields["model"], fields["pre"]
    if kind not in _BACKENDS:
        raise ValueError(f"{source.name} has a tokenizer of a kind not known here: {kind}")
    backend = _BACKENDS[kind](fields)
    tokens = fields["tokens"]

    def of_type(wanted: int, special: bool) -> list[AddedToken]:
        return [
            AddedToken(token, special=special, normalized=False)
            for token, found in zip(tokens, fields["token_type"])
            if found == wanted
        ]

    backend.add_special_tokens(of_type(gguf.TokenType.CONTROL, special=True))
    backend.add_tokens(of_type(gguf.TokenType.USER_DEFINED, special=False))
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=tokens[fields["bos_token_id"]],
        eos_token=tokens[fields["eos_token_id"]],
        unk_token=tokens[fields["unknown_token_id"]],
        pad_token=tokens[fields["padding_token_id"]],
        chat_template=fields.get("chat_template"),
        clean_up_tokenization_spaces=False,
    )


def _smollm(fields: dict[str, Any]) -> "Tokenizer":
    """BPE over bytes, digits one by one."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    merges = [tuple(merge.split(" ")) for merge in fields["merges"]]
    vocabulary = {token: i for i, token in enumerate(fields["tokens"])}
    backend = Tokenizer(models.BPE(vocabulary, merges))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    backend.decoder = decoders.ByteLevel()
    return backend


def _gemma(fields: dict[str, Any]) -> "Tokenizer":
    """SentencePiece's BPE: over characters, a space being "▁", bytes for what no token
    spells, and the start token before every text."""
    import gguf
    from tokenizers import Tokenizer, decoders, models, normalizers, processors

    tokens, scores = fields["tokens"], fields["scores"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    # The file has a score per token and no merges. SentencePiece joins whichever pair
    # makes the token with the best score, so each way to split a token is a merge.
    merges = [
        (-scores[i], i, vocabulary[token[:cut]], vocabulary[token[cut:]])
        for i, token in enumerate(tokens)
        if fields["token_type"][i] == gguf.TokenType.NORMAL
        for cut in range(1, len(token))
        if token[:cut] in vocabulary and token[cut:] in vocabulary
    ]
    merges.sort()
    backend = Tokenizer(
        models.BPE(
            vocabulary,
            [(tokens[left], tokens[right]) for _, _, left, right in merges],
            unk_token=tokens[fields["unknown_token_id"]],
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    backend.normalizer = normalizers.Replace(" ", "▁")
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    bos = tokens[fields["bos_token_id"]]
    backend.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A",
        pair=f"{bos} $A {bos} $B",
        special_tokens=[(bos, fields["bos_token_id"])],
    )
    return backend


# By what a file says of its tokenizer: the algorithm, and how text is split first.
_BACKENDS = {("gpt2", "smollm"): _smollm, ("llama", "default"): _gemma}


def _die_with_parent() -> None:
    """End when the other end of standard input closes: a killed notebook must not
    leave a conversion behind that writes where the next one works."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_die_with_parent, daemon=True).start()
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
