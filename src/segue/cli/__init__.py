"""The command line: `segue check`, `draw`, `serve`, `chat`, `trace`, `waiting`, `answer` and more."""

from segue.cli.app import main

__all__ = ["main"]
