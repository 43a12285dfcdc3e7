package dev.boardcast.metric;

import dev.boardcast.board.routing.RoutingBoard;
import dev.boardcast.bus.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The routing board, of which one hour can be audited alone. */
final class SampledRouting implements Board {
  private final Board routing = new RoutingBoard();

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
    return routing.fold();
  }

  @Override
  public List<String> rollups() {
    return routing.rollups();
  }

  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("decided_at", "routing_rollup", "bucket", Duration.ofHours(1)));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return routing.snapshot(transaction, now);
  }
}
