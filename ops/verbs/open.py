"""`./dashctl open`."""


def open_dashboard() -> None:
    """Open the dashboard in a browser, and print its address."""
    from ops.desktop import has_desktop, open_page
    from ops.errors import OpsError
    from ops.session import deployment

    with deployment() as here:
        url = here.outputs("service").get("dashboard_url")
        if not url:
            verb = "up" if here.settings.local else "deploy"
            raise OpsError(f"the dashboard is not deployed: ./dashctl {verb} does that")
    opened = has_desktop() and open_page(url)
    here.progress.say(url if opened else f"{url} (there is no desktop here to open it on)")
