"""A language model with random weights: it has nothing to say, but llama.cpp runs it as any other.

Left to chance, a string that a grammar has begun would hardly ever end. So one of the numbers is the same for every
token, no layer writes to it, and the output reads from it how likely a token is by itself.
"""

from pathlib import Path

import gguf
import numpy as np

WIDTH, HEADS, INNER = 16, 2, 32
CONTEXT = 32768
ALWAYS = 0  # The number that is the same for every token.
SPECIAL = ["<unk>", "<s>", "</s>"]
# By how much these are likelier than the others, which are about alike. `f` before `m`: where llama-cpp-python lets the
# model choose, a tool's name begins with `functions.` and a text with `message:`.
LIKELY = {"</s>": 3.0, '"': 4.0, "}": 3.0, "f": 2.0}
# Bytes that are no text by themselves. JSON wants no control characters, and llama.cpp's grammars allow them.
UNLIKELY = {f"<0x{byte:02X}>": -9.0 for byte in range(256) if not 32 <= byte < 127}
TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant: "


def write(path: Path) -> None:
    """Writes the model to `path`; the same numbers every time."""
    # Every byte is a token, and the printable ones are one as text too: any prompt can be said.
    printable = [chr(code) for code in range(33, 127)]
    tokens = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *printable, "▁"]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * 256
    kinds += [gguf.TokenType.NORMAL] * (len(tokens) - len(kinds))

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_unk_token_id(SPECIAL.index("<unk>"))
    writer.add_bos_token_id(SPECIAL.index("<s>"))
    writer.add_eos_token_id(SPECIAL.index("</s>"))
    writer.add_chat_template(TEMPLATE)
    for name, numbers in weights(tokens).items():
        writer.add_tensor(name, numbers.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def weights(tokens: list[str]) -> dict[str, np.ndarray]:
    random = np.random.default_rng(4)

    def matrix(rows: int, columns: int, spread: float = 0.3) -> np.ndarray:
        return random.normal(0, spread, (rows, columns))

    embedding, output = matrix(len(tokens), WIDTH), matrix(len(tokens), WIDTH, 0.1)
    attention_output, feed_forward_down = matrix(WIDTH, WIDTH), matrix(WIDTH, INNER)
    embedding[:, ALWAYS] = 4.0
    attention_output[ALWAYS] = feed_forward_down[ALWAYS] = 0.0
    output[:, ALWAYS] = 0.0
    for token, more in (LIKELY | UNLIKELY).items():
        # The norm before the output makes of `ALWAYS` something between 2 and 4.
        output[tokens.index(token), ALWAYS] = more / 3
    return {
        "token_embd.weight": embedding,
        "output_norm.weight": np.ones(WIDTH),
        "output.weight": output,
        "blk.0.attn_norm.weight": np.ones(WIDTH),
        "blk.0.attn_q.weight": matrix(WIDTH, WIDTH),
        "blk.0.attn_k.weight": matrix(WIDTH, WIDTH),
        "blk.0.attn_v.weight": matrix(WIDTH, WIDTH),
        "blk.0.attn_output.weight": attention_output,
        "blk.0.ffn_norm.weight": np.ones(WIDTH),
        "blk.0.ffn_gate.weight": matrix(INNER, WIDTH),
        "blk.0.ffn_up.weight": matrix(INNER, WIDTH),
        "blk.0.ffn_down.weight": feed_forward_down,
    }
