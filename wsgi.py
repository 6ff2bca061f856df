"""The application for a WSGI server: `granian --interface wsgi wsgi:app`."""

from hiring import create_app

app = create_app()
