"""The register of posts and interests, at the desk and of oneself."""
