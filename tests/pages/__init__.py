"""Crawls of every page without a browser: what nobody may read there, and links that lead nowhere."""
