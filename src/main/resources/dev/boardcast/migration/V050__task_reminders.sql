-- What is still to be told about open tasks with a due time: that one is due soon, and that it is overdue. Written with the task, removed
-- with the event that tells it.
CREATE TABLE task_reminder (
  task_id uuid NOT NULL REFERENCES task ON DELETE CASCADE,
  kind    text NOT NULL CHECK (kind IN ('soon', 'overdue')),
  due_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (task_id, kind)
);
CREATE INDEX task_reminder_due ON task_reminder (kind, due_at);

CREATE FUNCTION task_reminders_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM task_reminder WHERE task_id = NEW.id;
  END IF;
  IF NEW.due_at IS NOT NULL AND NEW.status = 'pending' THEN
    INSERT INTO task_reminder VALUES (NEW.id, 'soon', NEW.due_at), (NEW.id, 'overdue', NEW.due_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER reminders_came AFTER INSERT ON task FOR EACH ROW
  WHEN (NEW.due_at IS NOT NULL AND NEW.status = 'pending')
  EXECUTE FUNCTION task_reminders_changed();
-- A task that was reopened is told again; one whose assignee alone has changed is not.
CREATE TRIGGER reminders_changed AFTER UPDATE ON task FOR EACH ROW
  WHEN ((OLD.due_at, OLD.status) IS DISTINCT FROM (NEW.due_at, NEW.status)
        AND (OLD.due_at IS NOT NULL OR NEW.due_at IS NOT NULL))
  EXECUTE FUNCTION task_reminders_changed();

-- A message that tells no transition has its words itself.
ALTER TABLE alert_delivery
  ADD COLUMN notice jsonb,
  DROP CONSTRAINT alert_delivery_kind_check,
  ADD CONSTRAINT alert_delivery_kind_check CHECK (kind IN ('transition', 'repeat', 'test', 'notice')),
  ADD CONSTRAINT alert_delivery_notice_check CHECK ((kind = 'notice') = (notice IS NOT NULL));
