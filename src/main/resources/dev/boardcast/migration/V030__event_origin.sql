-- Which client published an event, and by which id of its own: the user, a unit separator, the id. Null for other
-- events.
ALTER TABLE outbox ADD COLUMN origin text;
ALTER TABLE event_log ADD COLUMN origin text;
