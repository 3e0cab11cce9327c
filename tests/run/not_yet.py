"""What does not hold yet. Each is set to True with what makes it hold; then the drives check it, too."""

HANDOVERS_EXPIRE = True
"""A conversation that waits with a person has an expiry, like every other wait."""

OFFICES_LOOK_AROUND = True
"""An office comes back by itself for a conversation that it was refused, and for one that another office has
written or delivered to. Until then the driver makes it. See test_found.py."""

HANGUPS_ARE_HEARD = True
"""A message is seen to although whoever brought it hung up while it was written down. See test_found.py."""

CHANGED_DESKS_CLOSE_WAITS = True
"""What a turn waited for and, since its flow was changed, waits for no more is on nobody's list. See test_found.py."""
