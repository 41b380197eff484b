"""What a deployment would change, as a report that a person can decide from, and what differs from the code."""
