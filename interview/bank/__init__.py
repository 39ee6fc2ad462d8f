"""The bank of questions: its schema, and a loader whose errors say which file and line is wrong.

A topic is one YAML file beside this module, named like the topic. Labelled example answers are
JSON lines in the folders ``examples`` (for training), ``held_back`` and ``adversarial`` (both for
testing only), one file a question.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml

BANK = Path(__file__).parent

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Label = Literal["met", "not_met"]
Presence = Literal["present", "absent"]


class BankError(ValueError):
    """A file of the bank is wrong; the message names the file, the line and what to do."""


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One claim that an answer says or does not say.

    Attributes:
        id: Unique in its question.
        weight: What it is worth, 1 to 3.
        claim: What must be said, in one sentence.
        kind: ``claim``, or ``text`` for a property of the answer as a whole (no evidence).
    """

    id: Id
    weight: Annotated[int, msgspec.Meta(ge=1, le=3)]
    claim: Text
    kind: Literal["claim", "text"] = "claim"


class Misconception(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong claim worth flagging, with the sentence or two that put it right."""

    id: Id
    claim: Text
    correction: Text


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt with its rubric; ``follow_up`` is the id of the question that comes next."""

    id: Id
    prompt: Text
    difficulty: Literal["easy", "medium", "hard"]
    points: Annotated[tuple[Point, ...], msgspec.Meta(min_length=1)]
    model_answer: Text
    sources: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    follow_up: Id | None = None
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def max_score(self) -> int:
        """The sum of the points' weights."""
        return sum(point.weight for point in self.points)


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the bank."""

    title: Text
    questions: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1)]


class PointLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a labelled answer meets a point, where, and the near miss if it does not."""

    label: Label
    span: str | None = None
    near: str | None = None


class MisconceptionLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a labelled answer holds a misconception, and where."""

    label: Presence
    span: str | None = None
    near: str | None = None


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A labelled answer; ``attack`` is set in the adversarial set alone."""

    id: str
    voice: str
    text: str
    points: dict[str, PointLabel]
    misconceptions: dict[str, MisconceptionLabel] = {}
    attack: str | None = None


def read_topic(path: Path) -> Topic:
    """Return one topic file, validated.

    Raises:
        BankError: If it cannot be read, is not YAML or breaks the schema; the message starts with
            ``file:line:``.
    """
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
        plain = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BankError(f"{path.name}:1: cannot be read ({error}).") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or "not YAML"
        raise BankError(f"{path.name}:{line}: {what}. Check the indentation and quotes.") from None
    try:
        topic = msgspec.convert(plain, Topic)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `")
        line = _line(root, where.rstrip("`"))
        raise BankError(f"{path.name}:{line}: {what}.") from None
    _check_ids(path, root, topic)
    return topic


def _line(root: yaml.Node | None, where: str) -> int:
    """Return the line of the deepest node on msgspec's path, e.g. ``$.questions[0].id``."""
    node = root
    line = 1 if root is None else root.start_mark.line + 1
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", where):
        if name and isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == name]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif index and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
            node = node.value[int(index)]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _check_ids(path: Path, root: yaml.Node | None, topic: Topic) -> None:
    seen: set[str] = set()
    for i, question in enumerate(topic.questions):
        at = f"$.questions[{i}]"
        if question.id in seen:
            raise BankError(
                f"{path.name}:{_line(root, at)}: question id {question.id!r} is used "
                f"twice; ids are unique over the bank."
            )
        seen.add(question.id)
        for part, entries in (
            ("points", question.points),
            ("misconceptions", question.misconceptions),
        ):
            ids = [entry.id for entry in entries]
            for j, name in enumerate(ids):
                if name in ids[:j]:
                    raise BankError(
                        f"{path.name}:{_line(root, f'{at}.{part}[{j}]')}: id {name!r} "
                        f"is used twice in the {part} of {question.id}."
                    )


@cache
def topics() -> dict[str, Topic]:
    """Return every topic by name, ``core`` first, then by name.

    Raises:
        BankError: If a file is wrong, an id is used twice or a follow-up does not exist.
    """
    paths = sorted(BANK.glob("*.yaml"), key=lambda path: (path.stem != "core", path.stem))
    found = {path.stem: read_topic(path) for path in paths}
    owner: dict[str, str] = {}
    for name, topic in found.items():
        for question in topic.questions:
            if question.id in owner:
                raise BankError(
                    f"{name}.yaml: question id {question.id!r} is already used in "
                    f"{owner[question.id]}.yaml; ids are unique over the bank."
                )
            owner[question.id] = name
    for name, topic in found.items():
        for question in topic.questions:
            if question.follow_up is not None and question.follow_up not in owner:
                raise BankError(
                    f"{name}.yaml: {question.id} is followed by "
                    f"{question.follow_up!r}, which is no question of the bank."
                )
    return found


def questions() -> dict[str, Question]:
    """Return every question by id, in the bank's order."""
    return {q.id: q for topic in topics().values() for q in topic.questions}


def question(name: str) -> Question:
    """Return the question with this id.

    Raises:
        BankError: If there is none; the message lists the nearest ids.
    """
    bank = questions()
    if name in bank:
        return bank[name]
    from difflib import get_close_matches

    near = get_close_matches(name, bank, n=3, cutoff=0.4)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise BankError(f"There is no question {name!r}; `penaltybox interview list` shows all.{hint}")


def questions_for(topic: str) -> tuple[Question, ...]:
    """Return the questions of one topic, e.g. ``ridge``; empty if the bank has no such topic."""
    found = topics().get(topic)
    return () if found is None else found.questions


def examples(name: str, folder: str = "examples") -> tuple[Example, ...]:
    """Return the labelled answers to one question, empty if there is no file of them.

    Args:
        name: The question's id.
        folder: ``examples``, ``held_back`` or ``adversarial``.

    Raises:
        BankError: If a line is not a labelled answer; the message starts with ``file:line:``.
    """
    path = BANK / folder / f"{name}.jsonl"
    if not path.exists():
        return ()
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=Example))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BankError(f"{folder}/{path.name}:{number}: {error}.") from None
    return tuple(found)
