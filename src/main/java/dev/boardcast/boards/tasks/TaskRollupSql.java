package dev.boardcast.boards.tasks;

/**
 * SQL that the fold and the audit share: common table expressions that compute rows of {@code
 * task_moment} ({@code moment}) and {@code task_rollup} ({@code fresh}) from rows of {@code
 * task_change} ({@code change}).
 */
final class TaskRollupSql {
  static final String MOMENT =
      """
      moment AS (
        SELECT at, is_completion, owner_id, team_id, shared_with, sum(sign) AS n
        FROM change,
          LATERAL (VALUES (created_at, false), (completed_at, true)) AS m (at, is_completion)
        WHERE at > now() - interval '25 hours'
        GROUP BY at, is_completion, owner_id, team_id, shared_with HAVING sum(sign) <> 0)""";
  static final String FRESH =
      """
      part AS (
        SELECT timestamptz '-infinity' AS bucket, owner_id, team_id, shared_with, sign AS total,
          CASE WHEN completed_at IS NULL THEN 0 ELSE sign END AS completed,
          sign * reopened AS reopened,
          sign * coalesce(extract(epoch FROM completed_at - created_at), 0) AS seconds
        FROM change
        UNION ALL
        SELECT date_bin('15 minutes', at, 'epoch'), owner_id, team_id, shared_with,
          CASE WHEN is_completion THEN 0 ELSE n END, CASE WHEN is_completion THEN n ELSE 0 END, 0, 0
        FROM moment),
      fresh AS (
        SELECT kind, whose, bucket, team_of.team_id, sum(total) AS total,
          sum(completed) AS completed, sum(reopened) AS reopened, sum(seconds) AS seconds
        FROM part,
          LATERAL (SELECT 'all' AS kind, '' AS whose
                   UNION ALL SELECT 'team', team_id WHERE team_id <> ''
                   UNION ALL SELECT 'owner', owner_id
                   UNION ALL SELECT DISTINCT 'sharee', sharee FROM unnest(shared_with) AS sharee
                             WHERE sharee <> owner_id) AS seen,
          LATERAL (SELECT CASE WHEN kind = 'all' AND bucket > '-infinity' THEN ''
                               ELSE part.team_id END AS team_id) AS team_of
        GROUP BY kind, whose, bucket, team_of.team_id
        HAVING (sum(total), sum(completed), sum(reopened), sum(seconds)) <> (0, 0, 0, 0))""";

  private TaskRollupSql() {}
}
