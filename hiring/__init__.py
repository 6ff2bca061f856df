"""Fifteen: structured interviews for service work. `create_app` joins the parts."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

# Imported by `create_app` and not above: a process that only renders a PDF needs none of it.
PACKAGES = (
    "people",
    "library",
    "openings",
    "guides",
    "interviews",
    "guests",
    "scorecards",
    "debrief",
    "comparison",
    "reminders",
    "summaries",
    "paper",
)


def create_app(**given: Any) -> "Flask":
    """The application. Does no work: no migration, no query, no network."""
    from flask import Flask

    from hiring import cli, compression, config, db, navigation, tasks, web
    from hiring.mail import post
    from hiring.people import gate

    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        static_url_path=web.static_path(Path(__file__).parent / "static"),
        instance_path=config.instance_path(given),
    )
    config.load(app, given)
    db.init_app(app)
    tasks.init_app(app)
    post.init_app(app)
    web.init_app(app)
    compression.init_app(app)
    gate.init_app(app)
    for package in PACKAGES:
        app.register_blueprint(import_module(f"hiring.{package}.routes").bp)
    navigation.init_app(app)
    cli.init_app(app)
    return app
