"""The simulator's commands; each module holds one `typer.Typer` called `app`."""
