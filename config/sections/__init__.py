"""The tables of the settings files: their keys, types and limits, a file for each concern."""
