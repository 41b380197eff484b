"""The infrastructure: a file for each CDKTF stack, and in parts/ the constructs that stacks share."""
