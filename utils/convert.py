"""GGUF file → folder that `from_pretrained` loads in a moment.

    python convert.py SOURCE.gguf FOLDER

A program of its own, run by `utils.artifacts`: what the conversion prints stays out of
the learner's notebook, and the gigabyte and a half that it takes goes back at its end.
"""

import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def main(source: Path, folder: Path) -> None:
    """Write weights (fp32, tied ones once), configurations and tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM

    _tokenizer(source).save_pretrained(folder)
    loaded = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, dtype=torch.float32
    )

    # A model that was loaded quantized refuses to be saved, so its numbers go into a
    # plain one. fp32 loses nothing: 4-bit values times their scales do not fit bf16.
    if hasattr(loaded.config, "quantization_config"):  # not in every version
        del loaded.config.quantization_config
    with torch.device("meta"):
        plain = AutoModelForCausalLM.from_config(loaded.config, dtype=torch.float32)
    plain.load_state_dict(loaded.state_dict(), assign=True)
    plain.tie_weights()
    plain.generation_config = loaded.generation_config
    plain.save_pretrained(folder, max_shard_size="100GB")
    # safetensors makes it readable by its owner only; a class may share the cache.
    shutil.copymode(folder / "config.json", folder / "model.safetensors")


def _tokenizer(source: Path) -> "PreTrainedTokenizerFast":
    """The file's byte-level BPE tokenizer, special tokens and chat template included.

    Not through `from_pretrained`: what that makes of a GGUF file's tokenizer changes
    with the version. transformers 5.15 ends a chat turn with its *start* token.
    """
    import gguf
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    fields = gguf.GGUFReader(source).fields

    def read(key: str) -> Any:
        return fields[f"tokenizer.{key}"].contents()

    if (read("ggml.model"), read("ggml.pre")) != ("gpt2", "smollm"):
        raise ValueError(f"{source.name} has a tokenizer of a kind not known here")
    tokens = read("ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in read("ggml.merges")]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    backend = Tokenizer(models.BPE(vocabulary, merges))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, kind in zip(tokens, read("ggml.token_type"))
            if kind == gguf.TokenType.CONTROL
        ]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=tokens[read("ggml.bos_token_id")],
        eos_token=tokens[read("ggml.eos_token_id")],
        unk_token=tokens[read("ggml.unknown_token_id")],
        pad_token=tokens[read("ggml.padding_token_id")],
        chat_template=read("chat_template"),
        clean_up_tokenization_spaces=False,
    )


def _die_with_parent() -> None:
    """End when the other end of standard input closes: a killed notebook must not
    leave a conversion behind that writes where the next one works."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_die_with_parent, daemon=True).start()
    main(Path(sys.argv[1]), Path(sys.argv[2]))
