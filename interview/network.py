"""Fits the network of ``interview.trained`` with torch: adapted layers and two vectors a point.

Only for training; a check runs the same network in numpy. The adapters are low-rank (Hu et al.:
LoRA, ICLR 2022). The attention of a point is taught where the claim stands, or nearly stands, by
the labelled spans; answers with sentences left out teach what is lost with them. What is found
there is judged twice: by a vector of the point, whether it is the claim, and by one of all points,
whether it is asserted rather than denied, quoted or said of the other penalty. So the few denials
of each point teach the others.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from interview.bank import Example, Question
from interview.embedding import LAYERS, WIDTH, Layer, Matrix, MiniLM
from interview.evidence import Seen
from interview.reading import TRAITS, read
from interview.text import Answer, Span
from interview.trained import ADAPTED, DEPTH

RANK = 8
VARIANTS = 4
"""Versions of each answer with sentences left out."""
BATCH = 8
RATE = 2e-3
DROPOUT = 0.1
ATTENTION_WEIGHT = 0.5
STANCE_WEIGHT = 0.5


@dataclass(frozen=True)
class Claim:
    """A point's or misconception's label in one answer, or in a shortened version of it."""

    holds: bool
    span: Span | None
    weight: float = 1.0


@dataclass(frozen=True)
class Sample:
    """One version of a labelled answer, ready for the network.

    Attributes:
        states: ``(tokens, 384)`` after ``DEPTH`` published layers.
        traits: ``(tokens, 7)``.
        labels: ``(claims,)`` 0 or 1.
        weights: ``(claims,)``.
        targets: ``(claims, tokens)``, where the claim, or its near miss, stands.
    """

    states: Matrix
    traits: Matrix
    labels: Matrix
    weights: Matrix
    targets: Matrix


@dataclass(frozen=True)
class Labelled:
    """A labelled answer with the numbers of its claims.

    Attributes:
        id: Of the example.
        question: Whose rubric it is labelled by.
        voice: Of the example.
        rows: Numbers of the question's points and misconceptions.
        samples: The whole answer, then its shortened versions.
        sentences: Of each token of the whole answer, its sentence; -1 for special tokens.
    """

    id: str
    question: str
    voice: str
    rows: tuple[int, ...]
    samples: tuple[Sample, ...]
    sentences: tuple[int, ...]


def labelled(
    model: MiniLM,
    question: Question,
    example: Example,
    rows: Sequence[int],
    variants: int = VARIANTS,
) -> Labelled:
    """Return an example with its versions, the same at every call."""
    claims = claims_of(question, example)
    chance = random.Random(example.id)
    versions = [(example.text, claims)]
    answer = Answer(example.text)
    if len(answer.sentences) > 1:
        versions += [shortened(example.text, claims, chance) for _ in range(variants)]
    samples = tuple(_sample(model, text, found) for text, found in versions)
    offsets = read(model, answer)[0].offsets
    sentences = tuple(answer.sentence_at(a) if b > a else -1 for a, b in offsets)
    return Labelled(example.id, question.id, example.voice, tuple(rows), samples, sentences)


def claims_of(question: Question, example: Example) -> list[Claim]:
    """Return the labels of all points, then of all misconceptions, in the question's order."""
    claims = []
    for point in question.points:
        label = example.points[point.id]
        met = label.label == "met"
        claims.append(Claim(met, _locate(example.text, label.span if met else label.near)))
    for entry in question.misconceptions:
        found = example.misconceptions[entry.id]
        held = found.label == "present"
        claims.append(Claim(held, _locate(example.text, found.span if held else found.near)))
    return claims


def _locate(text: str, quote: str | None) -> Span | None:
    start = text.find(quote) if quote else -1
    return Span(start, start + len(quote)) if quote and start >= 0 else None


def shortened(text: str, claims: Sequence[Claim], chance: random.Random) -> tuple[str, list[Claim]]:
    """Return the text with about a third of its sentences left out, and its labels.

    A claim whose sentences are gone is no longer made, though with less weight, since it may be
    made twice; where only some of them are gone, the label does not count.
    """
    answer = Answer(text)
    sentences = answer.sentences
    kept = [i for i in range(len(sentences)) if chance.random() < 0.65]
    kept = kept or [chance.randrange(len(sentences))]
    parts, moved, length = [], {}, 0
    for i in kept:
        part = text[sentences[i].start : sentences[i].end]
        part += "." if part[-1:].isalnum() else ""
        moved[i] = length - sentences[i].start
        parts.append(part)
        length += len(part) + 1
    found = []
    for claim in claims:
        if claim.span is None:
            found.append(Claim(claim.holds, None, 0.0) if claim.holds else claim)
            continue
        first = answer.sentence_at(claim.span.start)
        last = answer.sentence_at(max(claim.span.start, claim.span.end - 1))
        here = [i for i in range(first, last + 1) if i in moved]
        if len(here) == last - first + 1:
            span = Span(
                claim.span.start + moved[first],
                min(claim.span.end, sentences[last].end) + moved[last],
            )
            found.append(Claim(claim.holds, span, claim.weight))
        elif claim.holds:
            found.append(Claim(False, None, 0.0 if here else 0.7))
        else:
            found.append(Claim(False, None, claim.weight))
    return " ".join(parts), found


def _sample(model: MiniLM, text: str, claims: Sequence[Claim]) -> Sample:
    piece = read(model, Answer(text))[0]
    targets = np.zeros((len(claims), len(piece.ids)), np.float32)
    for row, claim in zip(targets, claims, strict=True):
        if claim.span is not None:
            for k, (a, b) in enumerate(piece.offsets):
                row[k] = b > a and a >= claim.span.start and b <= claim.span.end
    return Sample(
        model.states([piece.ids], DEPTH)[0],
        piece.traits,
        np.array([claim.holds for claim in claims], np.float32),
        np.array([claim.weight for claim in claims], np.float32),
        targets,
    )


class _Adapted(nn.Module):
    """One layer of the published network with low-rank changes to its four products."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.fixed = {name: torch.from_numpy(np.array(value)) for name, value in layer.items()}
        self.a = nn.ParameterDict()
        self.b = nn.ParameterDict()
        for name in ADAPTED:
            inputs, outputs = self.fixed[name].shape
            self.a[name] = nn.Parameter(torch.randn(inputs, RANK) / math.sqrt(inputs))
            self.b[name] = nn.Parameter(torch.zeros(RANK, outputs))

    def product(self, x: Tensor, name: str) -> Tensor:
        change = functional.dropout(x, DROPOUT, self.training) @ self.a[name] @ self.b[name]
        whole: Tensor = x @ self.fixed[name] + self.fixed[f"{name}_bias"] + 2 * change
        return whole

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        size, n, _ = x.shape
        q, k, v = self.product(x, "qkv").view(size, n, 3, 12, WIDTH // 12).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        mixed = self.product(mixed.transpose(1, 2).reshape(size, n, WIDTH), "out")
        x = self._norm(x + functional.dropout(mixed, DROPOUT, self.training), "norm1")
        hidden = self.product(functional.gelu(self.product(x, "up")), "down")
        return self._norm(x + functional.dropout(hidden, DROPOUT, self.training), "norm2")

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(
            x, (WIDTH,), self.fixed[name], self.fixed[f"{name}_bias"], eps=1e-12
        )


class Network(nn.Module):
    """Adapted last layers, the traits' vectors, and per claim where to look and how to judge."""

    def __init__(self, model: MiniLM, claims: Matrix) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_Adapted(layer) for layer in model.layers[DEPTH:LAYERS])
        self.traits = nn.Parameter(torch.randn(len(TRAITS), WIDTH) * 0.02)
        self.look = nn.Parameter(torch.from_numpy(claims.copy()))
        self.judge = nn.Parameter(torch.randn(len(claims), WIDTH) * 0.02)
        self.bias = nn.Parameter(torch.zeros(len(claims)))
        self.stance = nn.Parameter(torch.randn(WIDTH) * 0.02)

    def forward(
        self, states: Tensor, traits: Tensor, padded: Tensor, rows: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, stances ``(batch, claims)`` and log attention ``(batch, claims, n)``."""
        x = self.read(states, traits, padded)
        x = functional.dropout(x, DROPOUT, self.training)
        attention = torch.einsum("btd,pd->bpt", x, self.look[rows])
        attention = attention.masked_fill(padded[:, None, :], -1e4).log_softmax(-1)
        pooled = torch.einsum("bpt,btd->bpd", attention.exp(), x)
        logits = (pooled * self.judge[rows]).sum(-1) + self.bias[rows]
        return logits, pooled @ self.stance, attention

    def read(self, states: Tensor, traits: Tensor, padded: Tensor) -> Tensor:
        """Return the states after the adapted layers."""
        x = states + traits @ self.traits
        mask = ~padded[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def arrays(self) -> dict[str, Matrix]:
        """Return the weights under the names that ``interview.trained`` reads."""
        found: dict[str, Tensor] = {
            "traits": self.traits,
            "look": self.look,
            "judge": self.judge,
            "bias": self.bias,
            "stance": self.stance.expand(len(self.bias), -1),
        }
        for i, layer in enumerate(self.layers, start=DEPTH):
            for name in ADAPTED:
                found[f"{i}.{name}.a"] = layer.a[name]  # type: ignore[index]
                found[f"{i}.{name}.b"] = 2 * layer.b[name]  # type: ignore[index]
        return {name: value.detach().numpy().copy() for name, value in found.items()}


def fit(
    model: MiniLM,
    claims: Matrix,
    answers: Sequence[Labelled],
    *,
    epochs: int,
    seed: int = 0,
    base: Network | None = None,
) -> Network:
    """Return the network fitted to labelled answers.

    Args:
        model: The published encoder.
        claims: ``(claims, 384)``, embedded claims, from which attention starts.
        answers: Labelled answers to any questions.
        epochs: Passes over the answers.
        seed: Of weights, order and dropout.
        base: A fitted network whose layers and traits are taken over, and not fitted again.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = Network(model, claims)
    heads = [network.look, network.judge, network.bias, network.stance]
    groups: list[dict[str, Any]] = [{"params": heads, "weight_decay": 0.05, "scale": 2.0}]
    if base is None:
        heads.append(network.traits)
        groups.append(
            {"params": list(network.layers.parameters()), "weight_decay": 0.01, "scale": 1.0}
        )
    else:
        answers = [_settled(base, answer) for answer in answers]
        network.layers = nn.ModuleList()
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    by_question: dict[str, list[Labelled]] = {}
    for answer in answers:
        by_question.setdefault(answer.question, []).append(answer)
    steps = epochs * sum(math.ceil(len(group) / BATCH) for group in by_question.values())
    step = 0
    for _ in range(epochs):
        batches = [
            (torch.tensor(group[0].rows), batch)
            for group in by_question.values()
            for batch in _batches(group, chance)
        ]
        for rows, samples in chance.sample(batches, len(batches)):
            step += 1
            decay = max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
            for group_ in optimizer.param_groups:
                group_["lr"] = RATE * group_["scale"] * min(1.0, step / 20) * decay
            loss = _loss(network, samples, rows)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)
            optimizer.step()
    if base is not None:
        network.layers, network.traits = base.layers, base.traits
    return network.eval()


def _settled(base: Network, answer: Labelled) -> Labelled:
    """Return the answer as the base reads it, so that its layers need not run at every step."""
    samples = []
    with torch.no_grad():
        for sample in answer.samples:
            states, traits, padded, _ = _stack([sample])
            read = base.read(states, traits, padded)[0].numpy()
            samples.append(replace(sample, states=read, traits=np.zeros_like(sample.traits)))
    return replace(answer, samples=tuple(samples))


def _batches(answers: Sequence[Labelled], chance: random.Random) -> list[list[Sample]]:
    """Return a version of each answer in random batches of similar length, to pad little."""
    samples = [_pick(answer, chance) for answer in chance.sample(answers, len(answers))]
    found: list[list[Sample]] = []
    for start in range(0, len(samples), 4 * BATCH):
        near = sorted(samples[start : start + 4 * BATCH], key=lambda sample: len(sample.states))
        found += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
    return found


def _pick(answer: Labelled, chance: random.Random) -> Sample:
    """Return the whole answer one time in three, else one of its shortened versions."""
    if len(answer.samples) == 1 or chance.random() < 0.35:
        return answer.samples[0]
    return chance.choice(answer.samples[1:])


def _loss(network: Network, samples: Sequence[Sample], rows: Tensor) -> Tensor:
    states, traits, padded, n = _stack(samples)
    logits, stance, attention = network(states, traits, padded, rows)
    labels = torch.tensor(np.stack([s.labels for s in samples]))
    weights = torch.tensor(np.stack([s.weights for s in samples]))
    targets = torch.zeros(len(samples), len(rows), n, dtype=torch.bool)
    for i, sample in enumerate(samples):
        targets[i, :, : sample.targets.shape[1]] = torch.from_numpy(sample.targets > 0)
    wrong = functional.binary_cross_entropy_with_logits(
        logits, labels * 0.96 + 0.02, reduction="none"
    )
    loss = (wrong * weights).sum() / weights.sum().clamp(min=1.0)
    placed = targets.any(-1)
    if placed.any():
        missed = -torch.logsumexp(attention.masked_fill(~targets, -1e4), -1)
        loss = loss + ATTENTION_WEIGHT * missed[placed].mean()
        quoted = functional.binary_cross_entropy_with_logits(stance[placed], labels[placed])
        loss = loss + STANCE_WEIGHT * quoted
    return loss


def _stack(samples: Sequence[Sample]) -> tuple[Tensor, Tensor, Tensor, int]:
    n = max(len(sample.states) for sample in samples)
    states = torch.zeros(len(samples), n, WIDTH)
    traits = torch.zeros(len(samples), n, len(TRAITS))
    padded = torch.ones(len(samples), n, dtype=torch.bool)
    for i, sample in enumerate(samples):
        states[i, : len(sample.states)] = torch.from_numpy(sample.states)
        traits[i, : len(sample.states)] = torch.from_numpy(sample.traits)
        padded[i, : len(sample.states)] = False
    return states, traits, padded, n


def look(network: Network, answers: Sequence[Labelled]) -> list[Seen]:
    """Return what the network sees in each whole answer."""
    found = []
    with torch.no_grad():
        for answer in answers:
            states, traits, padded, _ = _stack(answer.samples[:1])
            logits, stance, attention = network(states, traits, padded, torch.tensor(answer.rows))
            at = np.array(answer.sentences)
            where = at[:, None] == np.arange(at.max(initial=0) + 1)
            masses = attention[0].exp().numpy() @ where
            found.append(Seen(*(np.asarray(x, np.float64) for x in (logits[0], stance[0], masses))))
    return found
