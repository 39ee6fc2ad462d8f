"""`penaltybox nbgrader`: makes a course for instructors who run nbgrader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Make a course for nbgrader.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Make a course for nbgrader."""


@app.command()
def init(
    course: Annotated[Path, typer.Argument(help="The folder to make the course in.")],
    exercise: Annotated[
        list[str] | None, typer.Option(help="An exercise to include; repeatable. Default: all.")
    ] = None,
) -> None:
    """Write nbgrader_config.py, a README and source/<exercise>/<exercise>.ipynb."""
    try:
        from graders.notebooks.course import CourseExists, write_course
    except ModuleNotFoundError as error:
        typer.echo(
            f"nbgrader courses need the package {error.name}: "
            'install it with pip install "penaltybox[nbgrader]".',
            err=True,
        )
        raise typer.Exit(2) from None
    try:
        notebooks = write_course(course, exercise or [])
    except (LookupError, CourseExists) as error:
        typer.echo(error.args[0], err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"{course} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(2) from None
    for notebook in notebooks:
        typer.echo(f"Wrote {notebook}")
    first = notebooks[0].stem
    typer.echo(f"Next: cd {course} && nbgrader generate_assignment {first}")
