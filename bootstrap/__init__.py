"""Installs what the project needs under its checkout, and runs the verbs of ./dashctl. Standard library only."""
