"""From the trained network to the file that ships: ONNX with weights in int8, one passage at a time.

Only the weights are int8 (one scale a column, a row for the embeddings); the arithmetic stays in float. So the
answer for a passage does not depend on what it is asked together with, nor on which int8 instructions a processor
has, and no calibration set is needed. The runtime unfolds the matrices once, when it loads the file.
"""

import hashlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from train.network import EvidenceNetwork

OUTPUTS = ("answerable", "relevance", "support")
EVIDENCE: Mapping[str, str] = {
    "answerable": "float [1], logit: the passage holds the answer",
    "relevance": "float [1], logit: the passage is of the paper that the question is about",
    "support": "float [1, length], logit a token: it belongs to the sentence that answers",
}
SMALLEST_MATRIX = 4096
"""Weights with fewer numbers stay in float: they weigh nothing and biases are sensitive."""


class Exported(nn.Module):
    """The network as the product runs it: one passage, no padding, plain tensors out."""

    def __init__(self, network: EvidenceNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, segments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        reading = self.network(tokens, segments)
        return reading.answerable, reading.relevance, reading.support


def export(network: EvidenceNetwork, file: Path) -> None:
    """Writes `file` (int8). The float export lies beside it only while this runs."""
    network = network.float().eval()
    file.parent.mkdir(parents=True, exist_ok=True)
    full = file.with_suffix(".float.onnx")
    tokens = torch.ones(1, 24, dtype=torch.long)
    segments = torch.tensor([[0] * 8 + [1] * 16])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(network),
            (tokens, segments),
            str(full),
            input_names=["tokens", "segments"],
            output_names=list(OUTPUTS),
            dynamic_axes={"tokens": {1: "length"}, "segments": {1: "length"}, "support": {1: "length"}},
            opset_version=17,
            dynamo=False,
        )
    model = onnx.load(str(full))
    full.unlink()
    quantise(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))


def quantise(model: onnx.ModelProto) -> None:
    """Stores every large weight as int8 with its scales, in place."""
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    gathered = {node.input[0]: node for node in graph.node if node.op_type == "Gather" and node.input[0] in weights}
    before: list[onnx.NodeProto] = []
    for name, tensor in weights.items():
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < SMALLEST_MATRIX:
            continue
        axis = 1 if name in gathered else 0
        scale = np.maximum(np.abs(values).max(axis=axis, keepdims=True) / 127, 1e-12).astype(np.float32)
        small = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(small, f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        if name in gathered:
            gather_int8(graph, gathered[name], name)
        else:
            before += unfold(f"{name}.int8", f"{name}.scale", name)
    nodes = before + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def unfold(small: str, scale: str, result: str) -> list[onnx.NodeProto]:
    """Nodes that make float `result` of int8 `small`; constants, so the runtime computes them once, at load."""
    return [
        helper.make_node("Cast", [small], [f"{result}.cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{result}.cast", scale], [result]),
    ]


def gather_int8(graph: onnx.GraphProto, node: onnx.NodeProto, name: str) -> None:
    """Looks words up in the int8 table and scales only the rows found: the table stays small in memory."""
    place = list(graph.node).index(node)
    output = node.output[0]
    rows, scales = f"{output}.rows", f"{output}.scales"
    replacement = [
        helper.make_node("Gather", [f"{name}.int8", node.input[1]], [rows], axis=0),
        helper.make_node("Gather", [f"{name}.scale", node.input[1]], [scales], axis=0),
        *unfold(rows, scales, output),
    ]
    graph.node.remove(node)
    for number, new in enumerate(replacement):
        graph.node.insert(place + number, new)


def describe(file: Path, settings: dict[str, object], card: Path, outputs: Mapping[str, str] = EVIDENCE) -> None:
    """Writes the facts that the product checks at load beside the model; `outputs` says what each of them means."""
    facts = {
        "model": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": file.stat().st_size,
        "inputs": {"tokens": "int64 [1, length]", "segments": "int64 [1, length]: 0 question, 1 passage"},
        "outputs": dict(outputs),
        "settings": settings,
    }
    card.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
