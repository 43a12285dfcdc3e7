package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures the quality of topics and classifiers over the messages of a time window.
 *
 * <ul>
 *   <li>The window moves in steps of a quarter of an hour: a message counts for the window's length
 *       and up to 15 minutes more. A message with a time in the future counts at once.
 *   <li>The noise ratio is over all messages, the accuracy over those that have both labels; both
 *       weigh messages, not topics.
 *   <li>The quality score is over topics whose quality is known: those with a message that is not
 *       noise and has a confidence, and those whose messages are all noise, with a quality of 0.
 * </ul>
 */
final class AnalysisBoard implements Board {
  static final String NAME = "analysis";

  private final Duration window;
  private final MessageTotalsQuery messages = new MessageTotalsQuery();
  private final Baseline baseline;
  private final NextChange nextChange;
  private final ScheduledRuns scheduled = new ScheduledRuns();

  AnalysisBoard(AnalysisConfig config) {
    window = config.window();
    baseline = new RollupBaseline(messages, window);
    nextChange = new NextChange(window);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String topic() {
    return "metrics";
  }

  @Override
  public String title() {
    return "Message analysis";
  }

  @Override
  public Optional<String> httpPath() {
    return Optional.of("/api/v1/metrics");
  }

  /** Clients of this path expect the message of the topic, or the metrics at the top level. */
  @Override
  public Format httpFormat() {
    return Format.UPDATE_AND_METRICS;
  }

  // A bucket that starts at midnight is a quarter, an hour or a day; a day covers the facts of all.
  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("at", "analysis_rollup", "bucket", Duration.ofDays(1)));
  }

  @Override
  public Optional<Sealing> sealing() {
    return Optional.of(Sealing.by("at"));
  }

  @Override
  public List<MetricDescription> metrics() {
    return AnalysisMetrics.ALL;
  }

  @Override
  public List<String> facts() {
    return List.of("analysis_message", "analysis_correction", "analysis_change");
  }

  @Override
  public List<String> fold() {
    return AnalysisFold.STATEMENTS;
  }

  @Override
  public List<String> rollups() {
    return AnalysisFold.ROLLUPS;
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(WindowEdge.STEP, ZoneOffset.UTC, this::within));
  }

  private Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    var all = messages.all(client, from, Optional.of(to));
    var topics = messages.largest(client, from, Optional.of(to));
    var runs = RecordCounts.openRunsAt(client, to);
    Instant before = from.minus(Duration.between(from, to));
    var drift = TopicDrift.read(client, before, from, Optional.of(to));
    var confusion = Confusion.read(client, from, Optional.of(to));
    return Future.all(all, topics, runs, drift, confusion)
        .map(
            read ->
                RawJson.encode(
                    AnalysisRange.of(
                        QualityMetrics.of(all.result(), runs.result()),
                        all.result(),
                        drift.result(),
                        topics.result(),
                        confusion.result())));
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(AnalysisFacts.of(metric, window));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    var start = now.minus(window);
    var all = messages.all(transaction, start, Optional.empty());
    var topics = messages.largest(transaction, start, Optional.empty());
    var drift = TopicDrift.read(transaction, start.minus(window), start, Optional.empty());
    var confusion = Confusion.read(transaction, start, Optional.empty());
    var counts = RecordCounts.now(transaction);
    var before = Trends.Before.read(baseline, transaction, now);
    return Future.all(List.of(all, topics, drift, confusion, counts, before))
        .map(
            read ->
                RawJson.encode(
                    AnalysisSnapshot.of(
                        all.result(),
                        counts.result(),
                        before.result(),
                        drift.result(),
                        topics.result(),
                        confusion.result())));
  }

  /** Opens runs that schedules ask for. */
  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return scheduled.open(transaction, now).compose(opened -> snapshot(transaction, now));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    var metrics = nextChange.after(transaction, now);
    var run = scheduled.next(transaction, now);
    return Future.all(metrics, run)
        .map(
            read ->
                Stream.of(metrics.result(), run.result())
                    .flatMap(Optional::stream)
                    .min(Instant::compareTo));
  }
}
