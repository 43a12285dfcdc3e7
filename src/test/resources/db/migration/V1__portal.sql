-- The portal's own tables. "task" and "lease" are names that Boardcast has too.
CREATE TABLE portal_user (
  name    text PRIMARY KEY,
  api_key text NOT NULL UNIQUE,
  team    text NOT NULL,
  is_lead boolean NOT NULL
);
INSERT INTO portal_user VALUES
  ('ann', 'key-of-ann', 'web', true),
  ('ben', 'key-of-ben', 'data', false);

CREATE TABLE announcement (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL);
CREATE TABLE task (id int PRIMARY KEY, title text NOT NULL);
CREATE TABLE lease (room text PRIMARY KEY);
INSERT INTO task VALUES (1, 'Order desks');
INSERT INTO lease VALUES ('second floor');
