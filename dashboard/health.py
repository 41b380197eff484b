"""GET /health: whether the process answers. It never looks at S3, or an S3 outage would make ECS kill every task."""

from flask import Flask
from flask_restful import Api, Resource


class Health(Resource):  # type: ignore[misc]  # flask-restful has no type information
    """Liveness, as the load balancer's and the container's health checks ask for it."""

    def get(self) -> dict[str, str]:
        return {"up": "OK"}


def add_health(server: Flask) -> None:
    """Add the resource to the server."""
    Api(server).add_resource(Health, "/health")
