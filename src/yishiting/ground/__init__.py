"""Who and where: places, the people who own and live in them, the posts they hold."""
