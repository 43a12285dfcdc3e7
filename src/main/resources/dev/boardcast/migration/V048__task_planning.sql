-- When a task is due, how urgent it is, who does it, and how it is labelled; all optional. priority is 0 for none,
-- 1 for low to 4 for urgent, in the order in which lists are sorted.
ALTER TABLE task
  ADD COLUMN due_at   timestamptz(3),
  ADD COLUMN priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 4),
  ADD COLUMN assignee text,
  ADD COLUMN labels   text[] NOT NULL DEFAULT '{}';

-- The orders of lists. Tasks without these values cost nothing here, and a completion changes none of them.
CREATE INDEX task_by_due ON task (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX task_by_owner_due ON task (owner_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX task_by_team_due ON task (team_id, due_at, id)
  WHERE team_id IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX task_by_priority ON task (priority, created_at, id) WHERE priority > 0;
CREATE INDEX task_by_owner_priority ON task (owner_id, priority, created_at, id)
  WHERE priority > 0;
CREATE INDEX task_by_team_priority ON task (team_id, priority, created_at, id)
  WHERE team_id IS NOT NULL AND priority > 0;
CREATE INDEX task_by_assignee ON task (assignee, created_at, id) WHERE assignee IS NOT NULL;

CREATE TABLE task_comment (
  id         uuid PRIMARY KEY,
  task_id    uuid NOT NULL REFERENCES task ON DELETE CASCADE,
  author     text NOT NULL,
  text       text NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX task_comment_of_task ON task_comment (task_id, created_at, id);
