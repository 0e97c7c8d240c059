"""议事亭: the software on which a residential compound governs itself."""
