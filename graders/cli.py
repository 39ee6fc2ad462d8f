"""`penaltybox`: the command line; each command loads the module that does its work."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from exercises import catalog
from graders.mistakes import Mistake
from graders.report import Reveal


class _Commands(TyperGroup):
    """Adds command groups of other packages, which are imported only when they are used."""

    def _others(self) -> dict[str, EntryPoint]:
        ours = EntryPoint("nbgrader", "graders.notebooks.cli:app", "penaltybox.commands")
        points = [ours, *entry_points(group=ours.group)]
        return {point.name: point for point in sorted(points, key=lambda point: point.name)}

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *self._others()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        point = self._others().get(cmd_name)
        if point is None:
            return super().get_command(ctx, cmd_name)
        try:
            return _as_command(point.load(), cmd_name)
        except ImportError as error:
            return _unavailable(cmd_name, error)


def _as_command(app: typer.Typer, name: str) -> Any:
    command = typer.main.get_command(app)
    command.name = name
    return command


def _unavailable(name: str, error: ImportError) -> Any:
    """Stands in for a command whose package is not installed; says so when it is run."""
    missing = typer.Typer(add_completion=False)
    settings = {"ignore_unknown_options": True, "allow_extra_args": True}

    @missing.command(context_settings=settings, help=f"Not available: {error.name} is missing.")
    def tell() -> None:
        raise Mistake(f"`penaltybox {name}` needs {error.name}: pip install 'penaltybox[{name}]'.")

    return _as_command(missing, name)


app = typer.Typer(
    cls=_Commands,
    help="Exercises on regularization, graded by certificate, and practice for interviews.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
autograder = typer.Typer(help="Make autograders for course systems.", no_args_is_help=True)
dev = typer.Typer(help="For whoever works on the kit.", no_args_is_help=True)
app.add_typer(autograder, name="autograder")
app.add_typer(dev, name="dev")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="An exercise, as `penaltybox list` calls it.")
]
Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Files, folders, zips of course systems.")
]
Results = Annotated[
    str, typer.Argument(metavar="RESULTS", help="A store: an SQLite file or a database URL.")
]
Exercises = Annotated[
    list[str] | None,
    typer.Option("--exercise", metavar="NAME", help="Only this exercise; repeatable."),
]
Level = Annotated[Reveal, typer.Option("--reveal", help="What learners see of hidden checks.")]


# --- the learner -----------------------------------------------------------------------------


@app.command("list")
def list_exercises() -> None:
    """List the exercises in order, with what is still to write."""
    from graders import learner

    width = max(map(len, catalog.catalog()))
    for number, (exercise, to_do) in enumerate(learner.overview(), start=1):
        state = {None: "missing", 0: "written"}.get(to_do, f"{to_do} to write")
        typer.echo(f"{number:>2}  {exercise.name:<{width}}  {state:<10}  {exercise.title}")


@app.command()
def check(name: Name) -> None:
    """Run an exercise's self-check."""
    from graders import learner

    code = learner.check(catalog.find(name))
    raise typer.Exit(code if code in (0, 1) else 2)


@app.command()
def watch(name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None) -> None:
    """Run the self-check again whenever you save."""
    from graders import learner

    learner.watch(catalog.find(name) if name else None)


@app.command()
def hint(name: Name) -> None:
    """Show the hint for the first check that does not pass."""
    from graders import learner

    found = learner.next_hint(catalog.find(name))
    typer.echo(f"{found[0]}:\n    {found[1]}" if found else f"Every check of {name} passes.")


@app.command()
def reset(name: Name) -> None:
    """Start an exercise over; what you wrote is kept beside it."""
    from graders import learner

    kept = learner.reset(catalog.find(name))
    typer.echo(f"{name} is as it was at first." + (f" Your work is in {kept}." if kept else ""))


@app.command()
def plot(name: Name) -> None:
    """Draw an exercise's figure with your own functions."""
    from graders import learner

    learner.plot(catalog.find(name))


# --- the instructor --------------------------------------------------------------------------


@app.command()
def grade(
    paths: Paths,
    exercise: Exercises = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes; default: cores.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.1:8786."
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="Keep results here, and go on from there."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One report a line, as JSON.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the JSON lines here too.")
    ] = None,
    reveal: Level = "message",
    isolation: Annotated[
        Literal["sandbox", "process"],
        typer.Option("--isolation", help="Without Landlock and seccomp: process."),
    ] = "sandbox",
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="CSV", help="The class: id, name, section.")
    ] = None,
) -> None:
    """Grade submissions: .py, .ipynb, folders, zips as Canvas, Moodle and Gradescope give them."""
    from graders import classroom

    for name in exercise or ():
        catalog.find(name)
    all_passed = classroom.grade(
        paths,
        exercises=exercise or (),
        jobs=jobs,
        cluster=cluster,
        store=store,
        json=json,
        output=output,
        level=reveal,
        isolation=isolation,
        roster=roster,
    )
    raise typer.Exit(0 if all_passed else 1)


@app.command()
def report(
    results: Results,
    out: Annotated[str | None, typer.Argument(metavar="OUT.html")] = None,
    feedback: Annotated[
        Path | None,
        typer.Option("--feedback", metavar="FOLDER", help="A page per learner goes here."),
    ] = None,
    reveal: Level = "message",
) -> None:
    """Write the class report, one HTML page, and feedback pages for learners."""
    from graders import classroom

    classroom.report(results, out, feedback, reveal)


@app.command()
def export(
    results: Results,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="csv, json, canvas, junit, gradescope, prairielearn or nbgrader.",
        ),
    ],
    out: Annotated[str | None, typer.Argument(metavar="[OUT]")] = None,
    exercise: Exercises = None,
    reveal: Level = "message",
    every_attempt: Annotated[
        bool, typer.Option("--every-attempt", help="Not only the latest ones.")
    ] = False,
) -> None:
    """Write results for another system."""
    from graders import classroom

    classroom.export(
        results, to, out, exercises=exercise or (), level=reveal, every_attempt=every_attempt
    )


@app.command()
def release(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder, or a .zip.")],
) -> None:
    """Write what learners get: the exercises, without solutions and hidden checks."""
    from graders import release as bundle

    bundle.release(out)
    typer.echo(f"Wrote {out}.")


@autograder.command()
def gradescope(
    name: Name,
    out: Annotated[Path, typer.Argument(metavar="OUT.zip")],
    reveal: Level = "message",
) -> None:
    """Make a Gradescope autograder for an exercise."""
    from graders import autograder as maker

    maker.write_gradescope(catalog.find(name), out, reveal)
    typer.echo(f"Wrote {out}: upload it as the assignment's autograder.")


@autograder.callback()
def _autograder() -> None:
    """Make autograders for course systems."""


# --- whoever works on the kit ----------------------------------------------------------------


@dev.command("check")
def dev_check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1)] = 2,
) -> None:
    """Prove that stubs fail, references pass and misconceptions are caught and recognised."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from graders.dev import count_trials, problems

    chosen = names or list(catalog.catalog())
    for name in chosen:
        catalog.find(name)
    found = 0
    done: list[str] = []
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as executor:
        for problem in problems(chosen, executor, done.append):
            typer.echo(problem)
            found += 1
    typer.echo(f"{len(done)} of {count_trials(chosen)} submissions graded, {found} problems.")
    raise typer.Exit(1 if found else 0)


@dev.command("stubs")
def dev_stubs(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]")] = None,
) -> None:
    """Cut the stubs out of the references again."""
    from graders.dev import write_stub

    for name in names or catalog.catalog():
        catalog.find(name)
        typer.echo(f"Wrote {write_stub(name)}.")


# --- the way in ------------------------------------------------------------------------------


def main() -> None:
    """Run `penaltybox`; exit code 0, 1 where something failed a check, 2 for a wrong command."""
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        code = app(arguments, prog_name="penaltybox", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return _say("Stopped.", 130)
    except Mistake as mistake:
        return _say(str(mistake), mistake.code)
    except Exception as error:
        if type(error) is LookupError:  # no exercise of that name
            return _say(str(error), 2)
        if hasattr(error, "format_message"):  # a wrong command line
            return _say(f"{error.format_message()} See `penaltybox --help`.", 2)
        raise


def _say(sentence: str, code: int) -> int:
    typer.echo(sentence, err=True)
    return code
