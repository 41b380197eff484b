"""Scans what the stacks would make: with Checkov, and with our own rules for what Checkov misses."""
