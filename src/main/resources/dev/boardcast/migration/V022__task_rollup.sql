-- What changed and is not counted in task_rollup yet: each change of a task takes back what was (-1)
-- and adds what is (1). Counting takes the rows away, so there are few, and no index is worth it.
-- team_id is '' for no team.
CREATE TABLE task_change (
  sign         smallint NOT NULL CHECK (sign IN (-1, 1)),
  owner_id     text NOT NULL,
  team_id      text NOT NULL,
  shared_with  text[] NOT NULL,
  reopened     integer NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  completed_at timestamptz(3)
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);

-- Tasks as four kinds of people see them: 'all' for admins, 'team' for members of team whose, 'owner'
-- for owner whose, 'sharee' for a user whose, other than the owner, with whom they are shared. Counts
-- of all time have bucket -infinity. Those of a quarter of an hour, kept for a day and an hour, count what was
-- created and what was completed in these, and for 'all' have no team.
CREATE TABLE task_rollup (
  kind      text COLLATE "C" NOT NULL CHECK (kind IN ('all', 'team', 'owner', 'sharee')),
  whose     text COLLATE "C" NOT NULL,
  bucket    timestamptz NOT NULL,
  team_id   text COLLATE "C" NOT NULL,
  total     bigint NOT NULL,
  completed bigint NOT NULL,
  reopened  bigint NOT NULL,
  seconds   numeric NOT NULL,
  PRIMARY KEY (kind, whose, bucket, team_id)
) WITH (fillfactor = 70);
CREATE INDEX task_rollup_recent ON task_rollup (bucket) WHERE bucket > '-infinity';

-- The counted creations and completions of the last day and hour: a window begins within a bucket.
CREATE TABLE task_moment (
  at            timestamptz(3) NOT NULL,
  is_completion boolean NOT NULL,
  owner_id      text NOT NULL,
  team_id       text NOT NULL,
  shared_with   text[] NOT NULL,
  n             bigint NOT NULL
);
CREATE INDEX task_moment_by_time ON task_moment (at);

-- Who holds its row counts.
CREATE TABLE task_folding (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one));
INSERT INTO task_folding DEFAULT VALUES;

-- A trigger sees the very row that was replaced: what is taken back is what was added, whoever writes.
CREATE FUNCTION task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO task_change VALUES
      (-1, OLD.owner_id, coalesce(OLD.team_id, ''), OLD.shared_with, OLD.reopened, OLD.created_at,
       OLD.completed_at);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO task_change VALUES
      (1, NEW.owner_id, coalesce(NEW.team_id, ''), NEW.shared_with, NEW.reopened, NEW.created_at,
       NEW.completed_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER came_or_went AFTER INSERT OR DELETE ON task
  FOR EACH ROW EXECUTE FUNCTION task_changed();
CREATE TRIGGER changed AFTER UPDATE ON task FOR EACH ROW
  WHEN ((OLD.owner_id, OLD.team_id, OLD.shared_with, OLD.reopened, OLD.created_at, OLD.completed_at)
    IS DISTINCT FROM
    (NEW.owner_id, NEW.team_id, NEW.shared_with, NEW.reopened, NEW.created_at, NEW.completed_at))
  EXECUTE FUNCTION task_changed();

INSERT INTO task_change
SELECT 1, owner_id, coalesce(team_id, ''), shared_with, reopened, created_at, completed_at FROM task;
