"""The fault harness: what must not lose a visit is done to a real browser and a real server, at seeded points."""
