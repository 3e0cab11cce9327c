"""Complaint: what a command says when it cannot do what was asked."""


class Complaint(Exception):
    """One line: what is wrong, and what to do. It ends the command with exit code 1."""
