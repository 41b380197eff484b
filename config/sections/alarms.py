"""Seeing it: alarms, whom they tell, and one page of graphs."""

from typing import Annotated

from pydantic import Field

from config.sections.section import Section, all_different

EMail = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class Alarms(Section):
    """When somebody is told, and who. Thresholds hold for three of five minutes; `data_age_hours` is off if not set."""

    enabled: bool
    emails: Annotated[tuple[EMail, ...], all_different("address")]
    server_error_percent: Annotated[float, Field(gt=0, le=100)]
    latency_p95_seconds: Annotated[float, Field(gt=0, le=4000)]
    cpu_percent: Annotated[int, Field(ge=1, le=100)]
    memory_percent: Annotated[int, Field(ge=1, le=100)]
    data_age_hours: Annotated[int, Field(ge=1, le=24 * 365)] | None = None
