"""`python -m costim.cli`."""

from costim.cli import app

app()
