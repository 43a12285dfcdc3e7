package dev.boardcast.metrics.parts;

/** How parts of boards that nobody wants any more are dropped. */
final class ForgottenParts {
  private ForgottenParts() {}

  /**
   * A statement that drops parts, returns their names, and ends their history: with what they said
   * last, and from now on with nothing, until somebody asks for them again.
   *
   * @param which the condition on rows of {@code board_part_use}
   */
  static String drop(String which) {
    return """
    WITH gone AS (
      DELETE FROM board_part_use WHERE %s RETURNING name
    ), old AS (
      DELETE FROM board_part WHERE name IN (SELECT name FROM gone)
      RETURNING name, changed_at, data
    ), ended AS (
      INSERT INTO board_history (tier, board, at, data)
      SELECT k.tier, old.name, e.at, e.data
      FROM old
      CROSS JOIN LATERAL (VALUES (old.changed_at, old.data::text::jsonb),
                                 (greatest(clock_timestamp(),
                                           old.changed_at + interval '1 millisecond'),
                                  '{}'::jsonb)) AS e (at, data)
      JOIN board_history_part k ON k.starts <= e.at AND k.ends > e.at
      ON CONFLICT DO NOTHING
    )
    SELECT name FROM gone"""
        .formatted(which);
  }
}
