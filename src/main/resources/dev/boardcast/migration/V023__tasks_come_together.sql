-- New tasks come by the thousand: what they add to task_change is one statement, not one each, which
-- nearly halves the time that writing them takes. A single one takes as long as before. Other changes
-- are of one task.
CREATE FUNCTION tasks_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO task_change
  SELECT 1, owner_id, coalesce(team_id, ''), shared_with, reopened, created_at, completed_at
  FROM becomes;
  RETURN NULL;
END $$;

DROP TRIGGER came_or_went ON task;
CREATE TRIGGER came AFTER INSERT ON task REFERENCING NEW TABLE AS becomes
  FOR EACH STATEMENT EXECUTE FUNCTION tasks_came();
CREATE TRIGGER went AFTER DELETE ON task
  FOR EACH ROW EXECUTE FUNCTION task_changed();
