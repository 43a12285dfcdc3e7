-- An audit of a sample reads the facts of one bucket of time. They come nearly in order of time, so a
-- summary per block of pages finds them, and costs writers nothing; the few that come late do not
-- widen a block's summary to all time.
CREATE INDEX routing_decision_by_time ON routing_decision
  USING brin (decided_at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX platform_transaction_change_by_time ON platform_transaction_change
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX platform_view_by_time ON platform_view
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX platform_activity_by_time ON platform_activity
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX analysis_message_by_time ON analysis_message
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX analysis_change_by_time ON analysis_change
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX scrape_run_by_time ON scrape_run
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
CREATE INDEX quality_sample_by_time ON quality_sample
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);
