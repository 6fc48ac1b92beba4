"""Database triggers that keep the revisions of a figure in order, for every program that writes."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tiaodu.foundation.triggers import Statements

TABLE = "evidence_evidence"
NAME = f"{TABLE}_in_order"
_BEFORE = """
    SELECT {columns} FROM evidence_evidence
    WHERE subject_id = NEW.subject_id AND measure_id = NEW.measure_id AND series = NEW.series
      AND period_end = NEW.period_end AND period_start = NEW.period_start AND revision = NEW.revision - 1
"""
# China's days are counted, whatever zone the server is in. No trigger names another table: SQLite would then
# refuse to change that one.
_SQLITE = f"""
CREATE TRIGGER {NAME} BEFORE INSERT ON {TABLE}
BEGIN
  SELECT RAISE(ABORT, '{TABLE}: known after the day it was recorded')
    WHERE NEW.known_on > date(NEW.recorded_at, '+8 hours');
  SELECT RAISE(ABORT, '{TABLE}: the revision before is missing')
    WHERE NEW.revision > 1 AND NOT EXISTS ({_BEFORE.format(columns="1")});
  SELECT RAISE(ABORT, '{TABLE}: known before the revision it follows')
    WHERE NEW.revision > 1 AND NEW.known_on < ({_BEFORE.format(columns="known_on")});
END
"""
_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before date;
BEGIN
  IF NEW.known_on > (NEW.recorded_at AT TIME ZONE 'Asia/Shanghai')::date THEN
    RAISE EXCEPTION '{TABLE}: known after the day it was recorded' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.revision > 1 THEN
    {_BEFORE.format(columns="known_on INTO before")};
    IF NOT FOUND THEN
      RAISE EXCEPTION '{TABLE}: the revision before is missing' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.known_on < before THEN
      RAISE EXCEPTION '{TABLE}: known before the revision it follows' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {NAME} BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()
"""


def in_order() -> Statements:
    """A migration operation after which a revision follows its predecessor, and no day of knowing falls."""

    def make(editor: BaseDatabaseSchemaEditor) -> None:
        editor.execute(_SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL, params=None)

    def drop(editor: BaseDatabaseSchemaEditor) -> None:
        on = "" if editor.connection.vendor == "sqlite" else f" ON {TABLE}"
        editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}")

    return Statements(make, drop)
