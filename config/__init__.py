"""The settings of every environment: their schema (settings.py) and their values (the TOML files)."""

from config.errors import SettingsError
from config.load import load_settings
from config.settings import Settings

__all__ = ["Settings", "SettingsError", "load_settings"]
