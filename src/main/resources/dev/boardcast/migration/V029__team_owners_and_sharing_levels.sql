-- Owners manage a team, and a stored team keeps one. Creators become owners; where the creator has left, the member who has been
-- there longest. A team without stored members has no owner until an admin adds one.
ALTER TABLE team_member
  ADD COLUMN is_owner boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT owners_are_members CHECK (NOT is_owner OR removed_at IS NULL);
CREATE INDEX team_owner ON team_member (team_id, user_id) WHERE is_owner;

UPDATE team_member AS m SET is_owner = true
FROM (SELECT DISTINCT ON (team_id) team_id, user_id
      FROM team_member JOIN team ON team.id = team_id
      WHERE removed_at IS NULL
      ORDER BY team_id, user_id <> created_by, added_at, user_id) AS oldest
WHERE (m.team_id, m.user_id) = (oldest.team_id, oldest.user_id);

-- The row of a deleted team stays: its id is not used again, and removals outweigh older tokens for ever.
ALTER TABLE team ADD COLUMN deleted_at timestamptz;

CREATE TABLE team_invitation (
  team_id    text NOT NULL REFERENCES team,
  user_id    text NOT NULL,
  invited_by text NOT NULL,
  invited_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_invitation_by_user ON team_invitation (user_id, team_id);

-- Until now everybody who saw a task could edit it. readers are those of shared_with who may only read.
ALTER TABLE task
  ADD COLUMN team_reads_only boolean NOT NULL DEFAULT false,
  ADD COLUMN readers text[] NOT NULL DEFAULT '{}';
