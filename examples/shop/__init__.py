"""Larkfield, an online shop for outdoor clothing that does not exist: its back end, its clients, its desk."""
