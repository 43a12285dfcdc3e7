package dev.boardcast.board.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The past by the history that the rollups keep: the same metric over the window that ended then,
 * from all that is known of it by now. So what is compared is like with like, whatever came late,
 * and whether or not this board was computed, or there at all, at that moment.
 */
final class RolledPast implements Past {
  private final MessageSums messages;
  private final Duration window;

  RolledPast(MessageSums messages, Duration window) {
    this.messages = messages;
    this.window = window;
  }

  @Override
  public Future<Measures> at(SqlClient transaction, Instant moment) {
    var sums = messages.all(transaction, moment.minus(window), Optional.of(moment));
    var runs = Counts.openRunsAt(transaction, moment);
    return Future.all(sums, runs).map(read -> Measures.of(sums.result(), runs.result()));
  }
}
