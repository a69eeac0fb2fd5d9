"""What `python -m backend doctor` looks at: one file for each part of a deployment, one finding for each question."""

from backend.commands.examine.finding import Finding, bad, good, mind

__all__ = ["Finding", "bad", "good", "mind"]
