"""Settings, addresses, the WSGI door: the one place that knows every room."""
