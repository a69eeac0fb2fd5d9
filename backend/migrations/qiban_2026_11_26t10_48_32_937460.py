"""Numbers of packages; no more originals in custody than were handed in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.db import engine

ID = "2026-11-26T10:48:32:937460"
VERSION = "1.38.0"
DESCRIPTION = "Numbers of packages; no more originals in custody than were handed in"

FORWARDS = [
    "CREATE SEQUENCE custody_number MAXVALUE 99999 CYCLE",
    """CREATE FUNCTION custody_handed_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM case_paper p WHERE p.id = NEW.paper AND p.form = 'paper' AND p.removed_at IS NULL
                 AND p.originals >= NEW.position) THEN
    RAISE EXCEPTION 'no such original was handed in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'custody_original_handed_in';
  END IF;
  RETURN NEW;
END $$""",
    "CREATE TRIGGER custody_original_handed_in BEFORE INSERT OR UPDATE ON custody_original"
    " FOR EACH ROW EXECUTE FUNCTION custody_handed_in()",
]
BACKWARDS = [
    "DROP SEQUENCE IF EXISTS custody_number",
    "DROP FUNCTION IF EXISTS custody_handed_in()",
    "DROP TRIGGER IF EXISTS custody_original_handed_in ON custody_original",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="qiban", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await engine().run_ddl(statement)

    async def back() -> None:
        for statement in reversed(BACKWARDS):
            await engine().run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(back)
    return manager
