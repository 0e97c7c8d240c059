"""Pages of projects: for anyone, and the desk's."""
