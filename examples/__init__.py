"""Complete desks that run."""
