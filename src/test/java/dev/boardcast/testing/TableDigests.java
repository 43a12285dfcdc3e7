package dev.boardcast.testing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Digests of all tables, except those that change with time alone. */
public final class TableDigests {
  // Without leases, which are renewed; metrics of moving windows, which are computed again; and
  // partitions, whose rows are also in their table. What is refused is in the audit trail.
  private static final String TABLES =
      """
      SELECT relname FROM pg_class
      WHERE relnamespace = 'boardcast'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname NOT IN ('lease', 'node_heartbeat', 'event_part', 'event_retention',
                            'audit')
        AND relname NOT LIKE 'board!_%' ESCAPE '!'
      ORDER BY 1""";

  private final Sql sql;
  private final String query;

  public TableDigests(Sql sql) throws SQLException {
    this.sql = sql;
    var parts = new ArrayList<String>();
    for (String table : sql.column(TABLES)) {
      parts.add(
          "SELECT '%1$s ' || count(*) || ' ' || coalesce(md5(string_agg(r::text, '' ORDER BY r::text)), '') FROM %1$s r"
              .formatted(table));
    }
    query = String.join(" UNION ALL ", parts) + " ORDER BY 1";
  }

  /** One line per table: its name, row count and digest. */
  public List<String> compute() throws SQLException {
    return sql.column(query);
  }
}
