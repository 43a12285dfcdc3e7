-- Pages of facts, the newest first. Facts come nearly in order of time, so nearly all are added at the right end.
CREATE INDEX routing_decision_newest ON routing_decision (decided_at, id);
CREATE INDEX platform_transaction_newest ON platform_transaction (occurred_at, transaction_id COLLATE "C");
CREATE INDEX platform_view_newest ON platform_view (at, id);
CREATE INDEX platform_activity_newest ON platform_activity (at, id);
CREATE INDEX analysis_message_newest ON analysis_message (at, id);
CREATE INDEX scrape_run_newest ON scrape_run (at, id);
CREATE INDEX quality_sample_newest ON quality_sample (at, id);
