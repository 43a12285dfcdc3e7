-- A view is an event: of a session, of a kind (view unless stated), at a place of a page.
ALTER TABLE platform_view
  ADD COLUMN session text,
  ADD COLUMN kind    text COLLATE "C",
  ADD COLUMN place   text;

-- Views of a content by UTC day.
CREATE TABLE platform_content_day (
  day        timestamptz NOT NULL,
  content_id text COLLATE "C" NOT NULL,
  views      bigint NOT NULL,
  PRIMARY KEY (day, content_id)
) WITH (fillfactor = 70);

INSERT INTO platform_content_day
SELECT date_trunc('day', at, 'UTC'), content_id, count(*)
-- Facts that no fold has counted are counted by the next one.
FROM platform_view v JOIN board_state s
  ON s.board = 'platform' AND pg_visible_in_snapshot(v.tx, s.watermark)
GROUP BY 1, 2;

-- In which weeks (from Monday, UTC) a user was active, and how many facts say so.
CREATE TABLE platform_user_week (
  user_id text COLLATE "C" NOT NULL,
  week    timestamptz NOT NULL,
  facts   bigint NOT NULL,
  PRIMARY KEY (user_id, week)
) WITH (fillfactor = 80);
CREATE INDEX platform_user_week_none ON platform_user_week (user_id) WHERE facts = 0;

INSERT INTO platform_user_week
SELECT user_id, date_trunc('week', at, 'UTC'), sum(sign)
FROM (SELECT user_id, at, sign, tx FROM platform_transaction_change
      UNION ALL SELECT user_id, at, 1, tx FROM platform_view
      UNION ALL SELECT user_id, at, 1, tx FROM platform_activity) f
  JOIN board_state s ON s.board = 'platform' AND pg_visible_in_snapshot(f.tx, s.watermark)
WHERE user_id IS NOT NULL GROUP BY 1, 2 HAVING sum(sign) <> 0;

-- How many of the users whose first active week is this one were active in that week.
CREATE TABLE platform_cohort (
  first_week timestamptz NOT NULL,
  week       timestamptz NOT NULL,
  users      bigint NOT NULL,
  PRIMARY KEY (first_week, week)
) WITH (fillfactor = 70);

INSERT INTO platform_cohort
SELECT first, week, count(*)
FROM (SELECT week, min(week) OVER (PARTITION BY user_id) AS first FROM platform_user_week) w
GROUP BY 1, 2;
