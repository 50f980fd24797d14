"""The base model: a very small Llama, made here, that has read memos but no decisions.

Its text is a set of older memos that end in a rating grade. So it knows the words and
something of what they weigh, and has never seen which memo was approved.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from memos import GRADES, LABELS, Memo, all_memos
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed

SEED = 7
STEPS = 1500
BATCH = 32


def word_tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    """One token per word or number seen in `texts`, labels and grades always among them."""
    split = pre_tokenizers.Whitespace()
    words = {word for text in texts for word, _ in split.pre_tokenize_str(text.lower())}
    words |= {*LABELS, *GRADES, "decision", "grade", ":"}
    special = ("<pad>", "<s>", "</s>", "<unk>")
    vocabulary = {word: n for n, word in enumerate((*special, *sorted(words)))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = split
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=128,
    )


def build_base(memos: Sequence[Memo], folder: Path) -> float:
    """Train the base model on `memos`, save it as safetensors, give back the last loss."""
    set_seed(SEED)
    texts = [f"{memo.memo} grade : {memo.grade} </s>" for memo in memos]
    tokenizer = word_tokenizer([text.removesuffix(" </s>") for text in texts])
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=128,
            tie_word_embeddings=True,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    loss = _read_memos(model, tokenizer, texts)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return loss


def _read_memos(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str],
) -> float:
    """Plain next-word training, the grade weighing as much as the rest of its memo."""
    encoded = tokenizer(list(texts), padding=True, return_tensors="pt")
    ids, mask = encoded["input_ids"], encoded["attention_mask"]
    grades = torch.tensor(tokenizer.convert_tokens_to_ids(list(GRADES)))
    colon = tokenizer.convert_tokens_to_ids(":")
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=STEPS)
    model.train()
    total = 0.0
    for _ in range(STEPS):
        rows = torch.randint(len(texts), (BATCH,))
        target = ids[rows][:, 1:]
        logits = model(input_ids=ids[rows], attention_mask=mask[rows]).logits[:, :-1]
        losses = cross_entropy(logits.transpose(1, 2), target, reduction="none")
        read = mask[rows][:, 1:].float()
        graded = torch.isin(target, grades) & (ids[rows][:, :-1] == colon)
        loss = (losses * read).sum() / read.sum() + (losses * graded).sum() / graded.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total = loss.item()
    return total


if __name__ == "__main__":
    build_base(all_memos()["old"], Path("models/tiny-memo-base"))
