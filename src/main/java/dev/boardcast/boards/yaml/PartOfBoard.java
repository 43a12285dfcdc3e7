package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A declared board as it shows the facts with certain values. It is read, and never folded. */
final class PartOfBoard implements Board {
  private final DeclaredBoard whole;
  private final BoardPart part;
  private final List<String> values;

  /**
   * @param values in the order of the board's parameters, null for each that is left open
   */
  PartOfBoard(DeclaredBoard whole, BoardPart part, List<String> values) {
    this.whole = whole;
    this.part = part;
    this.values = values;
  }

  @Override
  public String name() {
    return part.of(whole.name()).name();
  }

  @Override
  public String title() {
    return whole.title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return whole.metrics();
  }

  @Override
  public Map<String, BigDecimal> targets() {
    return whole.targets();
  }

  @Override
  public TemporalAmount previous(String metric) {
    return whole.previous(metric);
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return whole.rows(metric, part);
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return whole.ranges(values);
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return whole
        .parts()
        .orElseThrow()
        .read(transaction, now, List.of(values))
        .map(read -> read.get(0));
  }

  @Override
  public List<String> facts() {
    return whole.facts();
  }

  @Override
  public List<String> fold() {
    return List.of();
  }

  @Override
  public List<String> rollups() {
    return List.of();
  }
}
