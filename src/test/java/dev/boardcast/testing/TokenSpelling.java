package dev.boardcast.testing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A digest of all tables, but for what changes by time alone. */
public final class TokenSpelling {
  // Leases are renewed; numbers over a window that moves are computed again, and kept; partitions
  // come and go, and what is in them is in their table too.
  private static final String TABLES =
      """
      SELECT relname FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname NOT IN ('lease', 'event_part', 'event_retention')
        AND relname NOT LIKE 'board!_%' ESCAPE '!'
      ORDER BY 1""";

  private final Sql sql;
  private final String query;

  public TokenSpelling(Sql sql) throws SQLException {
    this.sql = sql;
    var parts = new ArrayList<String>();
    for (String table : sql.column(TABLES)) {
      parts.add(
          "SELECT '%1$s ' || count(*) || ' ' || coalesce(md5(string_agg(r::text, '' ORDER BY r::text)), '') FROM %1$s r"
              .formatted(table));
    }
    query = String.join(" UNION ALL ", parts) + " ORDER BY 1";
  }

  /** One line a table: its name, how many rows, and what is in them. */
  public List<String> now() throws SQLException {
    return sql.column(query);
  }
}
