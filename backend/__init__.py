"""启办 Qiban: the backend of a county-level government services hall."""

import os

# Piccolo finds its engine and app through this name; nothing else may decide it.
os.environ.setdefault("PICCOLO_CONF", "backend.piccolo_conf")
