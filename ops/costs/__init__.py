"""What the resources of a deployment cost in a month, and what a change adds to it."""
