"""arq: its settings, and one file per job, each a few lines around a verb."""
