"""Constructs that own resources; stacks wire them together."""
