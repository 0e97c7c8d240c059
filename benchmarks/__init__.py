"""What is measured, how, and against what: see ``docs/operate/speed.md``. ``python -m benchmarks`` prints one table."""
