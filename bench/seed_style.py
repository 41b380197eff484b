"""The peer of bench/callbacks.py: the dashboard as the published reference has it, faults included.

Flask's development server with debug on, data read once at import, and for each callback a filter over the whole data
frame and a figure from plotly.express. It is here to be measured, never to be copied. It is started as a file, not as a
module: the reloader of the development server looks at every Python file below each entry of sys.path, and with the
checkout among them that would be work the reference does not have.
"""

import io
import os

import boto3
import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, callback, dcc, html
from flask_restful import Api, Resource

s3 = boto3.client("s3")
answer = s3.get_object(Bucket=os.environ["BUCKET_NAME"], Key="gapminder_unfiltered.csv")
df = pd.read_csv(io.BytesIO(answer["Body"].read()))

app = Dash(__name__)
app.layout = html.Div(
    [
        html.H1(children="Plotly Dash on AWS Fargate", style={"textAlign": "center"}),
        dcc.Dropdown(df.country.unique(), "Canada", id="dropdown-selection"),
        dcc.Graph(id="graph-content"),
    ]
)


class Health(Resource):  # type: ignore[misc]  # flask-restful has no type information
    """The load balancer's health check."""

    def get(self) -> dict[str, str]:
        return {"up": "OK"}


Api(app.server).add_resource(Health, "/health")


@callback(Output("graph-content", "figure"), Input("dropdown-selection", "value"))
def update_graph(value: str) -> object:
    """A country's population over the years."""
    return px.line(df[df.country == value], x="year", y="pop")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=os.environ["PORT"], debug=True)
