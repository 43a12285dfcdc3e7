package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;

/** What trends compare with. */
@FunctionalInterface
interface Baseline {
  /** The board's numbers as they were at that moment. */
  Future<QualityMetrics> at(SqlClient transaction, Instant moment);
}
