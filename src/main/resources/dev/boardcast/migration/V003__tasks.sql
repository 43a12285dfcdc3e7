CREATE TABLE team (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- A row that is not removed makes a member. A removed one stays: it outweighs what an older token
-- says. Members by token alone have no row.
CREATE TABLE team_member (
  user_id    text NOT NULL,
  team_id    text NOT NULL REFERENCES team,
  added_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  removed_at timestamptz,
  PRIMARY KEY (user_id, team_id)
);
CREATE INDEX team_member_by_team ON team_member (team_id, user_id) WHERE removed_at IS NULL;

-- The one definition of who belongs where: what the token says, less removals since it was issued,
-- and what is stored.
CREATE FUNCTION teams_of(who text, claimed text[], issued timestamptz) RETURNS text[]
  LANGUAGE sql STABLE PARALLEL SAFE COST 1000
  AS $$
    SELECT coalesce(array_agg(team), '{}') FROM (
      SELECT claim.team FROM unnest(claimed) AS claim (team)
      WHERE NOT EXISTS (SELECT FROM team_member m
                        WHERE m.user_id = who AND m.team_id = claim.team AND m.removed_at > issued)
      UNION
      SELECT m.team_id FROM team_member m WHERE m.user_id = who AND m.removed_at IS NULL
    ) AS belongs
  $$;

-- team_id refers to no table: a team may be known from tokens alone. content is the digest of what
-- was first posted, so that a repeated post is known as such though the task has changed since.
CREATE TABLE task (
  id           uuid PRIMARY KEY,
  title        text NOT NULL,
  description  text,
  status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'completed')),
  owner_id     text NOT NULL,
  team_id      text,
  shared_with  text[] NOT NULL DEFAULT '{}',
  created_at   timestamptz(3) NOT NULL,
  updated_at   timestamptz(3) NOT NULL,
  completed_at timestamptz(3),
  reopened     integer NOT NULL DEFAULT 0,
  version      bigint NOT NULL DEFAULT 1,
  content      bytea NOT NULL
) WITH (fillfactor = 80);

-- None of them holds what a completion changes, so that update stays within its page.
CREATE INDEX task_by_age ON task (created_at DESC, id DESC);
CREATE INDEX task_by_owner ON task (owner_id, created_at DESC, id DESC);
CREATE INDEX task_by_team ON task (team_id, created_at DESC, id DESC) WHERE team_id IS NOT NULL;
CREATE INDEX task_by_sharee ON task USING gin (shared_with) WITH (fastupdate = off)
  WHERE shared_with <> '{}';
