"""Removes a deployment: says what would be lost, refuses where it is protected, destroys, and looks what is left."""
