"""People: what a person is given who takes over a conversation."""
