"""上门: visits at people's homes, and the sync that takes in what was done without a network."""
