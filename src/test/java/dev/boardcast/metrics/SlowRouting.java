package dev.boardcast.metrics;

import dev.boardcast.boards.routing.RoutingDecisions;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The routing board, whose recomputation can be slow or fail. */
final class SlowRouting implements Board {
  private static final String ALL = "WHERE pg_snapshot_xmax($1::pg_snapshot) = '1'";

  private final Board routing = RoutingDecisions.board();

  /** SQL with {@code %s} for the condition; empty when neither slow nor failing. */
  volatile String whenAll = "";

  void takeSeconds(double seconds) {
    whenAll = "SELECT pg_sleep(" + seconds + ") %s";
  }

  void fail() {
    whenAll = "SELECT 1 / (pg_backend_pid() * 0) %s";
  }

  @Override
  public String name() {
    return routing.name();
  }

  @Override
  public String title() {
    return routing.title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return routing.metrics();
  }

  @Override
  public List<String> facts() {
    return routing.facts();
  }

  @Override
  public List<String> fold() {
    var steps = new ArrayList<>(routing.fold());
    if (!whenAll.isEmpty()) steps.add(whenAll.formatted(ALL));
    return steps;
  }

  @Override
  public List<String> rollups() {
    return routing.rollups();
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return routing.snapshot(transaction, now);
  }
}
