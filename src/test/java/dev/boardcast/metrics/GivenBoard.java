package dev.boardcast.metrics;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A board without facts whose snapshot the test sets. */
public class GivenBoard implements Board {
  public volatile String data = "{}";
  public volatile Function<Instant, Optional<Instant>> tick = now -> Optional.empty();
  public volatile List<MetricDescription> metrics =
      List.of(new MetricDescription("n", "N", "count", Kind.GAUGE));

  @Override
  public String name() {
    return "given";
  }

  @Override
  public String title() {
    return "Given";
  }

  @Override
  public List<MetricDescription> metrics() {
    return metrics;
  }

  @Override
  public List<String> facts() {
    return List.of();
  }

  @Override
  public List<String> fold() {
    return List.of();
  }

  @Override
  public List<String> rollups() {
    return List.of();
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return Future.succeededFuture(RawJson.of(data));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return Future.succeededFuture(tick.apply(now));
  }
}
