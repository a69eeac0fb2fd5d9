"""The HTTP edge that all domains share: forms, sessions, guards, errors, live views, page context."""
