"""The deployment on this machine: the AWS emulator, and the agent that runs the service's tasks."""
