package dev.boardcast.boards.pipeline;

import dev.boardcast.boards.pipeline.Alert.Finding;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Measures the health of scrapers and the quality of their records, and raises alerts. */
final class PipelineBoard implements Board {
  static final String NAME = "pipeline";

  // The freshness in a snapshot is at most this old.
  private static final Duration FRESHNESS = Duration.ofSeconds(60);

  private static final String NEXT =
      """
      SELECT count(DISTINCT s.source) AS sources, min(v.at) FILTER (WHERE v.at > $1) AS crossing
      FROM pipeline_source s CROSS JOIN LATERAL (VALUES
        (s.run_at + $2 * interval '1 millisecond'),
        (s.run_at + $3 * interval '1 millisecond'),
        (greatest(s.run_at, s.sample_at) + $4 * interval '1 millisecond')) AS v (at)
      WHERE greatest(s.run_at, s.sample_at) + $4 * interval '1 millisecond' > $1""";

  private final PipelineConfig config;
  private final AlertState alerts;

  /**
   * @param events takes the events of alerts
   */
  PipelineBoard(PipelineConfig config, EventPublisher events) {
    this.config = config;
    alerts = new AlertState(events);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "Data pipeline";
  }

  @Override
  public Optional<String> httpPath() {
    return Optional.of("/api/v1/monitoring/pipeline-status");
  }

  @Override
  public List<MetricDescription> metrics() {
    return PipelineMetrics.ALL;
  }

  @Override
  public List<String> facts() {
    return List.of("scrape_run", "quality_sample");
  }

  @Override
  public List<String> fold() {
    return PipelineFold.STATEMENTS;
  }

  @Override
  public List<String> rollups() {
    return List.of(
        "data_quality_metrics",
        "pipeline_slot",
        "pipeline_source",
        "pipeline_deviation",
        "pipeline_check",
        "pipeline_check_source");
  }

  /** Everything that a snapshot is computed from. */
  private record State(
      List<SourceHealth> sources,
      Map<String, RecordsPerRun> records,
      List<Anomaly> anomalies,
      List<Alert> raised) {}

  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("at", "data_quality_metrics", "hour", Duration.ofHours(1)));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(Duration.ofHours(1), ZoneOffset.UTC, this::within));
  }

  private Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return SourceTotals.read(client, from, to)
        .map(totals -> RawJson.encode(PipelineRange.of(totals, config)));
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(PipelineFacts.of(metric));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return read(transaction, now)
        .map(
            state -> toJson(state, AlertState.describe(state.raised(), findings(state, now)), now));
  }

  /** Raises and clears alerts. */
  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return read(transaction, now)
        .compose(
            state ->
                alerts
                    .update(transaction, state.raised(), findings(state, now), now)
                    .map(current -> toJson(state, current, now)));
  }

  private List<Finding> findings(State state, Instant now) {
    return new AlertRules(config, now)
        .findings(state.sources(), state.records(), state.anomalies());
  }

  private Future<State> read(SqlClient transaction, Instant now) {
    var sources = SourceHealth.read(transaction, now, config);
    var deviations = HourlyDeviation.read(transaction, now, config);
    var raised = alerts.read(transaction);
    return Future.all(sources, deviations, raised)
        .map(
            read ->
                new State(
                    sources.result(),
                    records(sources.result(), deviations.result()),
                    deviations.result().stream()
                        .flatMap(deviation -> deviation.anomaly(config).stream())
                        .toList(),
                    raised.result()));
  }

  private Map<String, RecordsPerRun> records(
      List<SourceHealth> sources, List<HourlyDeviation> deviations) {
    var learned = new HashMap<String, HourlyDeviation>();
    for (HourlyDeviation each : deviations) {
      if (each.isOfRecords()) learned.put(each.source(), each);
    }
    var records = new HashMap<String, RecordsPerRun>();
    for (SourceHealth source : sources) {
      var hours = Optional.ofNullable(learned.get(source.name()));
      records.put(source.name(), RecordsPerRun.of(source, hours, config));
    }
    return records;
  }

  private RawJson toJson(State state, List<Alert> alerts, Instant now) {
    return RawJson.encode(
        new PipelineSnapshot(
            ScrapingHealth.of(state.sources(), state.records(), now, config),
            DataQuality.of(state.sources(), config),
            state.anomalies(),
            alerts));
  }

  /** When a source becomes stale, lost or hidden, a slot leaves the window, or freshness is due. */
  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return transaction
        .preparedQuery(NEXT)
        .execute(
            Tuple.of(
                now.atOffset(ZoneOffset.UTC),
                (double) config.staleAfter().toMillis(),
                (double) config.lostAfter().toMillis(),
                (double) config.forgetAfter().toMillis()))
        .map(rows -> next(rows.iterator().next(), now));
  }

  private static Optional<Instant> next(Row row, Instant now) {
    if (row.getLong("sources") == 0) return Optional.empty();
    var crossing = row.getOffsetDateTime("crossing");
    return Stream.of(
            now.plus(FRESHNESS),
            Window.next(now),
            crossing == null ? Instant.MAX : crossing.toInstant())
        .min(Instant::compareTo);
  }
}
