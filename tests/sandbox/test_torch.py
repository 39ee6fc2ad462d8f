"""Tensors, generators and models through the box."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from graders.sandbox import BadReturn, Session, SubmissionRaised

torch = pytest.importorskip("torch")

SOURCE = b"""
import copy
import torch

def echo(*args): return args
def kinds(x): return x.bfloat16(), x > 0, x.half(), torch.tensor(3), torch.zeros(0, 3), x.T
def sparse(x): return x.to_sparse()
def draw(generator): return torch.rand(3, generator=generator)
def draw_global(): return torch.rand(3)
def fill(x): x.fill_(7)
def scaled(x, w): return x * w, x.sum()
def plain(x): return x * 2
def train(model, train_one_epoch, evaluate, epochs):
    best, state = float("inf"), None
    for _ in range(epochs):
        train_one_epoch(model)
        loss = evaluate(model)
        if loss < best:
            best, state = loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    return best
def raising(model, f):
    f(model); model.eval()
    raise ValueError
def twice(model, f): return f(model, copy.deepcopy(model)), f(model, model)
def deep_copy(model, f, g):
    other = copy.deepcopy(model)
    f(other)
    return g(other), g(model), other
def shown(model, f, g):
    losses = [f(model), f(model)]
    model[0].bias.data.add_(1)
    try:
        f(model, object())  # nothing of this arrives
    except TypeError:
        pass
    losses.append(f(model))
    g(model)
    model[0].weight = torch.nn.Parameter(model[0].weight.detach() * 2)
    losses.append(f(model))
    model.eval()
    losses.append(f(model))
    model[0].bias.requires_grad_(False)
    losses.append(f(model))
    return losses
def grow(model): model.append(torch.nn.Linear(1, 1))
def widen(model): model.double()
def step(model, x):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad(); model(x).square().sum().backward(); optimizer.step()
def checkpoint(model):
    import os, tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "best.pt")
        torch.save(model.state_dict(), path)
        return list(torch.load(path))
class Own(torch.nn.Module): pass
def own(): return Own()
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session({"m.py": SOURCE}, "m.py", preload="torch") as session:
        yield session


def model() -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(2, 3),
        torch.nn.BatchNorm1d(3),
        torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Dropout(0.3)),
        torch.nn.Linear(3, 1, bias=False),
    )


def test_tensors_keep_dtype_shape_and_flag(session: Session) -> None:
    x = torch.randn(2, 3, requires_grad=True)
    sent = (x, x.detach() > 0, torch.tensor(2**40), torch.zeros(2, 0), x.detach() * 1j)
    for got, was in zip(session.call("echo", *sent), sent, strict=True):
        assert got.dtype == was.dtype
        assert torch.equal(got, was)
        assert got.requires_grad == was.requires_grad
        assert got.is_leaf
    got = session.call("kinds", x.detach())
    assert [str(t.dtype)[6:] for t in got[:4]] == ["bfloat16", "bool", "float16", "int64"]
    assert torch.equal(got[0], x.detach().bfloat16())
    assert got[4].shape == (0, 3)
    assert torch.equal(got[5], x.detach().T)
    assert str(session.call("echo", torch.device("cpu"))[0]) == "cpu"
    with pytest.raises(BadReturn, match="layout"):
        session.call("sparse", x)


def test_generators_and_facts(session: Session) -> None:
    generator = torch.Generator().manual_seed(3)
    torch.rand(5, generator=generator)
    expected = torch.rand(3, generator=generator.clone_state())
    for _ in range(2):  # the original stays where it was
        assert torch.equal(session.call("draw", generator), expected)
    assert not session.last.torch_global_changed
    session.seed_globals(1)
    first = session.call("draw_global")
    assert session.last.torch_global_changed
    session.seed_globals(1)
    assert torch.equal(session.call("draw_global"), first)
    session.call("fill", torch.zeros(2))
    assert session.last.mutated == ("0",)
    session.call("plain", torch.zeros(2))
    assert session.last.mutated == ()


def test_a_gradient_is_that_of_autograd(session: Session) -> None:
    x, w = torch.randn(4), torch.randn(4)
    cotangent = torch.randn(4)
    value, grad = session.gradient("scaled", (x,), {"w": w}, wrt="w", output=0, cotangent=cotangent)
    assert torch.equal(value[0], x * w)
    assert torch.allclose(grad, cotangent * x)
    _, grad = session.gradient("scaled", (x, w), {}, wrt=1, output=1, cotangent=torch.ones(()))
    assert grad is None
    _, grad = session.gradient("plain", (x,), {}, wrt=0, output=None, cotangent=cotangent)
    assert torch.equal(grad, 2 * cotangent)
    assert not x.requires_grad
    assert not w.requires_grad


def test_a_model_is_trained_here_and_judged_there(session: Session) -> None:
    net, losses = model(), [3.0, 1.0, 2.0]
    reference = copy.deepcopy(net)
    seen = []

    def train_one_epoch(received: Any) -> None:
        assert received is net
        with torch.no_grad():
            for parameter in received.parameters():
                parameter.add_(1.0)
        received[1].running_mean.add_(5.0)
        received.eval()

    def evaluate(received: Any) -> float:
        seen.append(received.training)
        return losses[len(seen) - 1]

    assert session.call("train", net, train_one_epoch, evaluate, 3) == 1.0
    assert seen == [False] * 3
    # back at epoch 1: two additions, buffers included
    assert torch.allclose(net[0].weight, reference[0].weight + 2)
    assert torch.allclose(net[1].running_mean, reference[1].running_mean + 10)
    assert net[0].weight.requires_grad
    assert not net.training


def test_the_model_comes_back_after_an_exception_too(session: Session) -> None:
    net = model()
    before = net[0].weight.detach().clone()

    def f(received: Any) -> None:
        with torch.no_grad():
            received[0].weight.mul_(0)
        raise RuntimeError("stop")

    with pytest.raises(SubmissionRaised) as raised:
        session.call("raising", net, f)
    assert raised.value.original is not None
    assert net[0].weight.abs().sum() == 0
    assert before.abs().sum() > 0


def test_a_copy_of_a_model_is_another_model(session: Session) -> None:
    net, got = model(), []

    def f(received: Any) -> None:
        got.append(received)
        with torch.no_grad():
            received[0].bias.fill_(4.0)

    def g(received: Any) -> float:
        return float(received[0].bias.detach().sum())

    changed, kept, returned = session.call("deep_copy", net, f, g)
    assert got[0] is not net
    assert changed == 12.0
    assert kept != 12.0
    assert returned[0].bias.tolist() == [4, 4, 4]
    assert returned[1].training
    assert repr(returned) == repr(net)


def test_a_callback_sees_the_model_as_it_is(session: Session) -> None:
    net = model()
    net[0].bias.data.fill_(0.0)
    net[0].weight.data.fill_(1.0)

    def f(received: Any) -> list[float]:
        first = received[0]
        sums = [float(first.bias.detach().sum()), float(first.weight.detach().sum())]
        return [*sums, float(received.training), float(first.bias.requires_grad)]

    def g(received: Any) -> None:
        received[0].bias.data.add_(1)

    assert session.call("shown", net, f, g) == [
        [0, 6, 1, 1],
        [0, 6, 1, 1],
        [3, 6, 1, 1],
        [6, 12, 1, 1],
        [6, 12, 0, 1],
        [6, 12, 0, 0],
    ]
    assert f(net) == [6, 12, 0, 0]


def test_one_model_as_two_arguments(session: Session) -> None:
    def f(one: Any, other: Any) -> bool:
        one[0].bias.data.add_(1)
        return other is one

    net = model()
    assert session.call("twice", net, f) == (False, True)
    other = copy.deepcopy(net)
    assert session.call("echo", net, net)[0] is net
    assert session.call("echo", other)[0] is other


def test_training_and_checkpoints_work_inside(session: Session) -> None:
    net = model().double()
    before = copy.deepcopy(net.state_dict())
    session.call("step", net, torch.randn(8, 2, dtype=torch.float64))
    assert not torch.equal(net[0].weight, before["0.weight"])
    assert session.call("checkpoint", net) == list(before)


@pytest.mark.parametrize("function", ["grow", "widen"])
def test_a_model_rebuilt_is_told(session: Session, function: str) -> None:
    with pytest.raises(BadReturn, match="not those it came with"):
        session.call(function, model())


def test_a_module_of_the_submissions_own_is_told(session: Session) -> None:
    with pytest.raises(BadReturn, match="a torch module of type Own"):
        session.call("own")


def test_a_numpy_worker_can_return_a_tensor() -> None:
    with Session({"m.py": SOURCE}, "m.py") as session:
        assert session.call("draw_global").shape == (3,)
