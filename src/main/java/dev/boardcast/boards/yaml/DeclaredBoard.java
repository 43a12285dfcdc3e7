package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The board that a {@link Declaration} describes. The declaration can be replaced while the board
 * is computed: a fold with statements of both fails, because each definition has tables of its own,
 * and is run again.
 */
final class DeclaredBoard implements Board {
  static final Duration QUARTER = Duration.ofMinutes(15);
  static final Instant LAST = Instant.parse("2200-01-02T00:00:00Z");
  // The longest day of any zone.
  private static final Duration DAY = Duration.ofHours(25);
  private static final String HAS_MINUTES =
      "SELECT EXISTS (SELECT FROM %s WHERE %sspan = 'minute' AND bucket >= $1)";

  /** All that follows from a declaration. */
  private record Version(
      Declaration file,
      FactRelation facts,
      DeclaredRollups rollups,
      List<String> fold,
      DeclaredSnapshot snapshot,
      ActiveDeclaration active) {
    static Version of(Declaration file, FactRelation facts) {
      var rollups = new DeclaredRollups(file, facts);
      return new Version(
          file,
          facts,
          rollups,
          rollups.fold(),
          new DeclaredSnapshot(file, rollups),
          new ActiveDeclaration(file, facts, rollups));
    }
  }

  private volatile Version version;

  DeclaredBoard(Declaration file, FactRelation facts) {
    version = Version.of(file, facts);
  }

  /** The declaration in force. */
  Declaration file() {
    return version.file();
  }

  /** Puts a checked declaration in force on this node. */
  void replace(Declaration file, FactRelation facts) {
    version = Version.of(file, facts);
  }

  @Override
  public String name() {
    return version.file().name();
  }

  @Override
  public String title() {
    return version.file().title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return version.file().descriptions();
  }

  @Override
  public Map<String, BigDecimal> targets() {
    return metrics().stream()
        .filter(metric -> metric.display() != null && metric.display().target() != null)
        .collect(Collectors.toMap(MetricDescription::path, metric -> metric.display().target()));
  }

  @Override
  public TemporalAmount previous(String metric) {
    return version.file().window(metric).previous();
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return rows(metric, BoardPart.of(name(), Map.of()));
  }

  /** The facts of a part. */
  Optional<MetricFacts> rows(String metric, BoardPart part) {
    Version current = version;
    return new DeclaredRows(current.file(), current.facts(), current.snapshot(), part).of(metric);
  }

  @Override
  public Optional<BoardParts> parts() {
    Version current = version;
    return current.file().parameters().isEmpty()
        ? Optional.empty()
        : Optional.of(new PartsOfBoard(this, current.file(), current.facts(), current.snapshot()));
  }

  @Override
  public List<String> facts() {
    return List.of(version.facts().table());
  }

  @Override
  public List<String> fold() {
    return version.fold();
  }

  @Override
  public List<String> rollups() {
    return version.rollups().tables();
  }

  // A day covers the facts of the quarter and the minute that begin with it.
  @Override
  public Optional<Sample> sample() {
    Version current = version;
    if (!BoardZone.hasSingleMidnights(current.file().zone())) return Optional.empty();
    return Optional.of(
        new Sample(
            FileRollup.quoted(current.facts().time()),
            current.rollups().mainTable(),
            "bucket",
            DAY));
  }

  // Rows of a source are changes of the application's table: the earlier ones are needed.
  @Override
  public Optional<Sealing> sealing() {
    Version current = version;
    return current.facts().isSigned()
        ? Optional.empty()
        : Optional.of(Sealing.by(FileRollup.quoted(current.facts().time())));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    Version current = version;
    return Optional.of(
        new RangeSupport(QUARTER, current.file().zone(), current.snapshot()::within));
  }

  /** How metrics of a range of a part are read. */
  Optional<RangeSupport> ranges(List<String> part) {
    Version current = version;
    return Optional.of(
        new RangeSupport(
            QUARTER,
            current.file().zone(),
            (client, from, to) -> current.snapshot().within(client, from, to, part)));
  }

  @Override
  public Duration minInterval() {
    return version.file().refresh();
  }

  @Override
  public Future<Boolean> mayCompute(SqlClient client) {
    return version.active().isActive(client);
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    Version current = version;
    return SourceReading.shown(
        transaction, current.file(), current.snapshot().read(transaction, now));
  }

  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    Version current = version;
    var locked = current.active().lock(transaction);
    var followed =
        current.facts().isSigned()
            ? FollowedSources.require(transaction, facts())
            : Future.<Void>succeededFuture();
    var data =
        SourceReading.shown(transaction, current.file(), current.snapshot().read(transaction, now));
    return locked
        .compose(held -> followed)
        .compose(follows -> data)
        .compose(read -> current.active().forget(transaction, now).map(read));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    Version current = version;
    var windows =
        current.file().metrics().stream()
            .map(DeclaredMetric::window)
            .filter(window -> !window.isAll())
            .toList();
    Optional<Instant> midnight =
        windows.stream()
            .filter(window -> !window.isMinutes())
            .map(
                window ->
                    MetricWindow.of("today").orElseThrow().at(now, current.file().zone()).to())
            .findFirst();
    Optional<Instant> from =
        windows.stream()
            .filter(MetricWindow::isMinutes)
            .map(window -> window.at(now, current.file().zone()).from())
            .min(Instant::compareTo);
    if (from.isEmpty()) return Future.succeededFuture(midnight);
    return transaction
        .preparedQuery(
            HAS_MINUTES.formatted(
                current.rollups().mainTable(),
                new DeclaredParts(current.file()).of(DeclaredParts.WHOLE)))
        .execute(Tuple.of(from.get().atOffset(ZoneOffset.UTC)))
        .map(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? Optional.of(now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES))
                    : midnight);
  }
}
