"""Watches a deployment of the ECS service until it is true, or has failed."""
