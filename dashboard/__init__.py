"""The dashboard that runs in the container: a Dash application fed by a CSV object in S3."""
