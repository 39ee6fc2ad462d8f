"""The instructor's report, one self-contained HTML page, and a feedback page per learner."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from graders.formats import STATUS_WORDS, explanations, pictures, points
from graders.formats.analysis import summarize
from graders.intake.layouts import Learner
from graders.intake.roster import Person
from graders.report import Report, Reveal, reveal
from graders.store import Attempt


@dataclass(frozen=True)
class Work:
    """One learner and what they handed in, the attempt that counts last for each exercise."""

    learner: Learner
    section: str
    attempts: tuple[Attempt, ...]

    @property
    def latest(self) -> tuple[Attempt, ...]:
        return tuple(attempt for attempt in self.attempts if attempt.latest)

    @property
    def anchor(self) -> str:
        return "learner-" + hashlib.sha256(self.learner.id.encode()).hexdigest()[:12]


def to_page(
    attempts: Sequence[Attempt], roster: Sequence[Person], *, made: datetime | None = None
) -> Iterator[str]:
    """The report in pieces; learners' names, code and output appear as text, whatever they hold."""
    works = list(by_learner(attempts))
    there = {work.learner.id for work in works}
    summaries = summarize(attempts)
    return (
        _environment()
        .get_template("report.html")
        .generate(
            summaries=summaries,
            works=works,
            anchors={work.learner.id: work.anchor for work in works},
            missing=[person for person in roster if (person.id or person.name) not in there],
            total=len(attempts),
            made=(made or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
            scores=lambda each: Markup(pictures.score_histogram(each.scores, each.max_score)),
            times=lambda each: Markup(pictures.time_histogram(each.seconds)),
        )
    )


def write_feedback(attempts: Sequence[Attempt], folder: Path, level: Reveal) -> int:
    """A page per learner, as Markdown and as HTML, with as much as `level` reveals.

    Returns how many learners there are.

    Raises
    ------
    OSError : the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for work in by_learner(attempts):
        shown = [reveal(attempt.report, level) for attempt in work.latest]
        for suffix in ("md", "html"):
            page = _environment().get_template(f"feedback.{suffix}")
            text = page.render(work=work, reports=shown)
            file = folder / f"{_file_name(work.learner.id)}.{suffix}"
            file.write_text(text, encoding="utf-8")
        count += 1
    return count


def by_learner(attempts: Iterable[Attempt]) -> Iterator[Work]:
    """The attempts by learner, in the order of their names."""
    groups: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt.learner.id].append(attempt)

    def works() -> Iterator[Work]:
        for group in groups.values():
            names = [a.learner for a in group if a.learner.name] or [group[0].learner]
            yield Work(names[0], group[0].section, tuple(group))

    return iter(sorted(works(), key=lambda work: (work.learner.name or work.learner.id).lower()))


def _file_name(learner: str) -> str:
    """A file name for a learner: the id where that is safe, else what is safe of it and a hash."""
    safe = re.sub(r"[^A-Za-z0-9._@-]+", "-", learner).strip(".-")[:80]
    if safe == learner:
        return safe
    return f"{safe or 'learner'}-{hashlib.sha256(learner.encode()).hexdigest()[:8]}"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        points=points,
        percent=lambda share: f"{100 * share:.0f} %",
        md=markdown_text,
        fence=markdown_fence,
    )
    environment.globals.update(
        explanations=explanations, status_words=STATUS_WORDS, report_word=_report_word
    )
    return environment


def _report_word(report: Report) -> str:
    words = {"graded": "", "unsafe": "broke the box's rules", "error": "could not be loaded"}
    return words[report.status]


def markdown_text(text: str) -> str:
    """The text such that Markdown shows it as it is, on one line."""
    line = " ".join(text.split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~])", r"\\\1", line)


def markdown_fence(text: str) -> str:
    """The text as a code block that nothing in it can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
