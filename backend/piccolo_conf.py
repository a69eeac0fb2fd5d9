"""Where Piccolo finds the engine and the one app."""

from piccolo.conf.apps import AppRegistry

from backend.db import engine

DB = engine()

APP_REGISTRY = AppRegistry(apps=["backend.piccolo_app"])
