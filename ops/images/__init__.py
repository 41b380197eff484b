"""The dashboard's images: built, pushed, listed, each with a list of what it holds."""
