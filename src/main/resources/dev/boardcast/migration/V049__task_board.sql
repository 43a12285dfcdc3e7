-- What the board of tasks counts: each change of a task takes back what it was (-1) and adds what it is (1). Rows are never changed.
CREATE TABLE task_fact (
  sign          smallint NOT NULL CHECK (sign IN (-1, 1)),
  task_id       uuid NOT NULL,
  created_at    timestamptz(3) NOT NULL,
  completed_at  timestamptz(3),
  due_at        timestamptz(3),
  priority      smallint NOT NULL,
  assignee      text,
  -- Whether this is the change that completed the task.
  is_completion boolean NOT NULL,
  tx            xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX task_fact_tx ON task_fact (tx);
CREATE INDEX task_fact_completion ON task_fact (completed_at, task_id) WHERE is_completion;

CREATE FUNCTION task_facts_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO task_fact
  SELECT 1, id, created_at, completed_at, due_at, priority, assignee, completed_at IS NOT NULL
  FROM becomes;
  RETURN NULL;
END $$;
CREATE FUNCTION task_fact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- An erasure renames the assignee in facts too.
  IF coalesce(current_setting('boardcast.erasing', true), '') = 'on' THEN RETURN NULL; END IF;
  INSERT INTO task_fact VALUES
    (-1, OLD.id, OLD.created_at, OLD.completed_at, OLD.due_at, OLD.priority, OLD.assignee, false);
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO task_fact VALUES
      (1, NEW.id, NEW.created_at, NEW.completed_at, NEW.due_at, NEW.priority, NEW.assignee,
       NEW.completed_at IS NOT NULL AND NEW.completed_at IS DISTINCT FROM OLD.completed_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fact_came AFTER INSERT ON task REFERENCING NEW TABLE AS becomes
  FOR EACH STATEMENT EXECUTE FUNCTION task_facts_came();
CREATE TRIGGER fact_went AFTER DELETE ON task
  FOR EACH ROW EXECUTE FUNCTION task_fact_changed();
CREATE TRIGGER fact_changed AFTER UPDATE ON task FOR EACH ROW
  WHEN ((OLD.created_at, OLD.completed_at, OLD.due_at, OLD.priority, OLD.assignee)
    IS DISTINCT FROM (NEW.created_at, NEW.completed_at, NEW.due_at, NEW.priority, NEW.assignee))
  EXECUTE FUNCTION task_fact_changed();

INSERT INTO task_fact
SELECT 1, id, created_at, completed_at, due_at, priority, assignee, completed_at IS NOT NULL
FROM task;

-- Tasks by the quarter of an hour in which they were created, and completed.
CREATE TABLE task_board_created (
  bucket timestamptz PRIMARY KEY,
  tasks  bigint NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE task_board_completed (
  bucket  timestamptz PRIMARY KEY,
  tasks   bigint NOT NULL,
  -- From creation to completion.
  seconds numeric NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE task_board_priority (
  priority   smallint PRIMARY KEY,
  open       bigint NOT NULL,
  completed  bigint NOT NULL,
  unassigned bigint NOT NULL
) WITH (fillfactor = 70);
-- Open tasks by when they are due: at that time (grain 0), in that hour (1), on that UTC day (2). So those that are due at any moment
-- are the sum of a few days, hours and times.
CREATE TABLE task_board_due (
  grain    smallint NOT NULL,
  at       timestamptz NOT NULL,
  priority smallint NOT NULL,
  open     bigint NOT NULL,
  PRIMARY KEY (grain, at, priority)
) WITH (fillfactor = 70);
CREATE TABLE task_board_assignee (
  assignee  text COLLATE "C" PRIMARY KEY,
  open      bigint NOT NULL,
  completed bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX task_board_assignee_open ON task_board_assignee (open DESC, assignee);
