"""Lists, whatever they hold."""
