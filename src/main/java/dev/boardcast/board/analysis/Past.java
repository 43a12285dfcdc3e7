package dev.boardcast.board.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;

/** What trends compare with. */
@FunctionalInterface
interface Past {
  /** The board's numbers as they were at that moment. */
  Future<Measures> at(SqlClient transaction, Instant moment);
}
