import pytest

from dashboard.config import Config, ConfigError

pytestmark = pytest.mark.unit


def test_only_the_bucket_is_required() -> None:
    config = Config.from_environment({"BUCKET_NAME": "plotly-data"})
    assert config == Config(bucket_name="plotly-data")
    assert (config.object_key, config.host, config.port) == ("gapminder_unfiltered.csv", "0.0.0.0", 8050)  # noqa: S104 - the container listens everywhere


def test_keep_alive_exceeds_the_load_balancers_default_idle_timeout() -> None:
    assert Config(bucket_name="plotly-data").keep_alive_seconds > 60


def test_pause_and_shutdown_fit_into_the_time_that_ecs_gives_by_default() -> None:
    config = Config(bucket_name="plotly-data")
    assert config.pre_stop_seconds + config.shutdown_seconds < 30


def test_every_setting_is_read() -> None:
    config = Config.from_environment(
        {
            "BUCKET_NAME": "b.c-1",
            "OBJECT_KEY": "folder/data.csv",
            "HOST": "127.0.0.1",
            "PORT": "9000",
            "KEEP_ALIVE_SECONDS": "125",
            "PRE_STOP_SECONDS": "0",
            "SHUTDOWN_SECONDS": "7",
            "WORKERS": "2",
            "POLL_SECONDS": "0.5",
            "DASHBOARD_VERSION": "1.4.0-rc.1",
            "METRICS_NAMESPACE": "Team/Dashboard",
            "SERVICE_NAME": "PlotlyDashService-prod",
        }
    )
    assert config == Config(
        bucket_name="b.c-1",
        object_key="folder/data.csv",
        host="127.0.0.1",
        port=9000,
        keep_alive_seconds=125,
        pre_stop_seconds=0,
        shutdown_seconds=7,
        workers=2,
        poll_seconds=0.5,
        dashboard_version="1.4.0-rc.1",
        metrics_namespace="Team/Dashboard",
        service_name="PlotlyDashService-prod",
    )


def test_an_empty_variable_takes_its_default() -> None:
    assert Config.from_environment({"BUCKET_NAME": "plotly-data", "PORT": " "}).port == 8050


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BUCKET_NAME", ""),
        ("DASHBOARD_VERSION", "a b"),
        ("DASHBOARD_VERSION", '"><script>'),
        ("DASHBOARD_VERSION", "v" * 129),
        ("METRICS_NAMESPACE", ":colon"),
        ("METRICS_NAMESPACE", "AWS/ECS"),
        ("METRICS_NAMESPACE", "n" * 256),
        ("SERVICE_NAME", "two words"),
        ("SERVICE_NAME", "s" * 256),
        ("BUCKET_NAME", "Upper"),
        ("BUCKET_NAME", "ab"),
        ("BUCKET_NAME", "a..b"),
        ("BUCKET_NAME", "a" * 64),
        ("OBJECT_KEY", "k" * 1025),
        ("HOST", "localhost"),
        ("HOST", "300.0.0.1"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "²"),
        ("KEEP_ALIVE_SECONDS", "-1"),
        ("PRE_STOP_SECONDS", "121"),
        ("PRE_STOP_SECONDS", "-1"),
        ("SHUTDOWN_SECONDS", "1.5"),
        ("WORKERS", "0"),
        ("POLL_SECONDS", "nan"),
        ("POLL_SECONDS", "0"),
        ("POLL_SECONDS", "often"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_it(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_environment({"BUCKET_NAME": "plotly-data"} | {name: value})
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_one_error_names_every_bad_variable() -> None:
    with pytest.raises(ConfigError, match=r"BUCKET_NAME.*PORT.*POLL_SECONDS"):
        Config.from_environment({"PORT": "x", "POLL_SECONDS": "x"})
