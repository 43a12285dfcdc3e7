package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;

/** Reads the metrics of an earlier time, which trends compare with. */
@FunctionalInterface
interface Baseline {
  /** The metrics as they were at that time. */
  Future<QualityMetrics> at(SqlClient transaction, Instant moment);
}
