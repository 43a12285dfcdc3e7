-- Who did what, from where, on what, with which outcome: see AuditTrail. Rows of facts and published
-- events (bulk) have a table of their own, since there are many: they are kept for a shorter time and
-- must not crowd out the others.
CREATE SEQUENCE audit_act_id INCREMENT BY 2 START WITH 1;
CREATE SEQUENCE audit_write_id INCREMENT BY 2 START WITH 2;

CREATE TABLE audit (
  -- To the millisecond, as cursors of pages tell it.
  at         timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  id         bigint NOT NULL,
  bulk       boolean NOT NULL,
  actor      text,
  address    text NOT NULL,
  user_agent text,
  action     text NOT NULL,
  target     text NOT NULL,
  outcome    text NOT NULL CHECK (outcome IN ('begun', 'done', 'refused', 'failed')),
  status     smallint,
  reason     text,
  request_id text,
  node       text NOT NULL,
  -- How many refused acts of one client it stands for.
  count      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (at, id, bulk)
) PARTITION BY LIST (bulk);

CREATE TABLE audit_act PARTITION OF audit FOR VALUES IN (false);
CREATE TABLE audit_write PARTITION OF audit FOR VALUES IN (true);

CREATE INDEX audit_act_of_actor ON audit_act (actor, at, id);
