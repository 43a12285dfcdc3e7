package dev.boardcast.admin;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads which node holds which lease. Thread safe. */
public final class LeaseQuery {
  private static final String HELD =
      """
      SELECT name, holder FROM lease WHERE expires_at > clock_timestamp() ORDER BY name""";
  private static final int TIMEOUT_MILLIS = 1_000;

  private final Pool pool;

  public LeaseQuery(Pool pool) {
    this.pool = pool;
  }

  /** Returns names of leases by holder; fails after a second while the database is unavailable. */
  public Future<Map<String, List<String>>> byHolder() {
    return pool.query(HELD)
        .execute()
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            rows -> {
              Map<String, List<String>> held = new TreeMap<>();
              for (Row row : rows) {
                held.computeIfAbsent(row.getString(1), first -> new ArrayList<>())
                    .add(row.getString(0));
              }
              return held;
            });
  }
}
