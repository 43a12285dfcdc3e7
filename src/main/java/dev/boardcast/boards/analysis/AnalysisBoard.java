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

  private static final String FOLD_MESSAGES =
      """
      INSERT INTO analysis_rollup AS r
        (grain, bucket, topic_id, messages, noise, labelled, correct, confident, confidence_sum)
      SELECT g.grain,
             date_bin(make_interval(mins => g.grain), m.at, '1900-01-01 00:00:00+00'),
             coalesce(m.topic_id, ''),
             count(*),
             count(*) FILTER (WHERE m.noise),
             count(m.correct),
             count(*) FILTER (WHERE m.correct),
             count(m.confidence) FILTER (WHERE NOT m.noise),
             coalesce(sum(m.confidence) FILTER (WHERE NOT m.noise), 0)
      FROM analysis_message m CROSS JOIN (VALUES (15), (60), (1440)) AS g (grain)
      WHERE is_fresh(m.tx, $1)
      GROUP BY 1, 2, 3
      ON CONFLICT (grain, bucket, topic_id) DO UPDATE
        SET messages = r.messages + excluded.messages,
            noise = r.noise + excluded.noise,
            labelled = r.labelled + excluded.labelled,
            correct = r.correct + excluded.correct,
            confident = r.confident + excluded.confident,
            confidence_sum = r.confidence_sum + excluded.confidence_sum""";
  private static final String FOLD_CHANGES =
      """
      INSERT INTO analysis_count AS c (counter, grain, bucket, changes, total)
      SELECT f.counter, g.grain,
             CASE WHEN g.grain = 0 THEN '-infinity'
                  ELSE date_bin(make_interval(mins => nullif(g.grain, 0)), f.at,
                                '1900-01-01 00:00:00+00') END,
             count(*), sum(f.delta)
      FROM analysis_change f CROSS JOIN (VALUES (0), (15), (60), (1440)) AS g (grain)
      WHERE is_fresh(f.tx, $1)
      GROUP BY 1, 2, 3
      ON CONFLICT (counter, grain, bucket) DO UPDATE
        SET changes = c.changes + excluded.changes, total = c.total + excluded.total""";

  private final Duration window;
  private final MessageTotalsQuery messages = new MessageTotalsQuery();
  private final Baseline baseline;
  private final NextChange nextChange;

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
  public List<MetricDescription> metrics() {
    return AnalysisMetrics.ALL;
  }

  @Override
  public List<String> facts() {
    return List.of("analysis_message", "analysis_change");
  }

  @Override
  public List<String> fold() {
    return List.of(FOLD_MESSAGES, FOLD_CHANGES);
  }

  @Override
  public List<String> rollups() {
    return List.of("analysis_rollup", "analysis_count");
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(WindowEdge.STEP, ZoneOffset.UTC, this::within));
  }

  private Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    var all = messages.all(client, from, Optional.of(to));
    var topics = messages.largest(client, from, Optional.of(to));
    var runs = RecordCounts.openRunsAt(client, to);
    return Future.all(all, topics, runs)
        .map(
            read ->
                RawJson.encode(
                    AnalysisRange.of(
                        QualityMetrics.of(all.result(), runs.result()),
                        all.result(),
                        topics.result())));
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
    var counts = RecordCounts.now(transaction);
    var before = Trends.Before.read(baseline, transaction, now);
    return Future.all(all, topics, counts, before)
        .map(
            read ->
                RawJson.encode(
                    AnalysisSnapshot.of(
                        all.result(), counts.result(), before.result(), topics.result())));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return nextChange.after(transaction, now);
  }
}
