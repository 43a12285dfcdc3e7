package dev.boardcast.board.pipeline;

import dev.boardcast.bus.FactsHints;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes runs and samples, each batch in one statement, leaving out those whose event id is known.
 * Thread safe.
 *
 * <p>The answers say for each fact, in order, whether it was new; of several with one event id the
 * first counts as new. They come after commit; a failed one has nothing stored.
 */
public final class PipelineStore {
  private static final String INSERT_RUNS =
      """
      INSERT INTO scrape_run (event_id, source, status, records, started_at, at, error)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[],
                           $6::timestamptz[], $7::text[])
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";
  private static final String INSERT_SAMPLES =
      """
      INSERT INTO quality_sample
        (event_id, source, geocoding_attempts, geocoding_successes, validation_attempts,
         validation_passes, at)
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[],
                           $6::bigint[], $7::timestamptz[])
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";

  private final Pool pool;
  private final FactsHints hints;
  private final Clock clock;

  /**
   * @param hints of the pipeline board
   * @param clock for samples that do not say when they were taken
   */
  public PipelineStore(Pool pool, FactsHints hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  public Future<List<Boolean>> addRuns(List<ScrapeRun> runs) {
    List<ScrapeRun> rows = sorted(runs, ScrapeRun::eventId);
    var columns =
        Tuple.tuple()
            .addArrayOfString(texts(rows, ScrapeRun::eventId))
            .addArrayOfString(texts(rows, ScrapeRun::source))
            .addArrayOfString(texts(rows, run -> run.status().stored()))
            .addArrayOfLong(numbers(rows, ScrapeRun::records))
            .addArrayOfOffsetDateTime(times(rows, ScrapeRun::startedAt))
            .addArrayOfOffsetDateTime(times(rows, ScrapeRun::finishedAt))
            .addArrayOfString(texts(rows, ScrapeRun::error));
    return insert(INSERT_RUNS, columns, runs, ScrapeRun::eventId);
  }

  public Future<List<Boolean>> addSamples(List<QualitySample> samples) {
    List<QualitySample> rows = sorted(samples, QualitySample::eventId);
    Instant now = clock.instant();
    var columns =
        Tuple.tuple()
            .addArrayOfString(texts(rows, QualitySample::eventId))
            .addArrayOfString(texts(rows, QualitySample::source))
            .addArrayOfLong(numbers(rows, QualitySample::geocodingAttempts))
            .addArrayOfLong(numbers(rows, QualitySample::geocodingSuccesses))
            .addArrayOfLong(numbers(rows, QualitySample::validationAttempts))
            .addArrayOfLong(numbers(rows, QualitySample::validationPasses))
            .addArrayOfOffsetDateTime(
                times(rows, row -> row.sampledAt() == null ? now : row.sampledAt()));
    return insert(INSERT_SAMPLES, columns, samples, QualitySample::eventId);
  }

  private <T> Future<List<Boolean>> insert(
      String sql, Tuple columns, List<T> facts, Function<T, String> eventId) {
    return pool.preparedQuery(sql)
        .execute(columns)
        .map(
            inserted -> {
              if (inserted.size() > 0) hints.committed();
              Set<String> fresh = new HashSet<>();
              for (Row row : inserted) fresh.add(row.getString(0));
              return facts.stream().map(eventId).map(id -> id == null || fresh.remove(id)).toList();
            });
  }

  /** Two batches that share event ids wait for each other in the same order, not crosswise. */
  private static <T> List<T> sorted(List<T> facts, Function<T, String> eventId) {
    var sorted = new ArrayList<T>(facts);
    sorted.sort(Comparator.comparing(eventId, Comparator.nullsFirst(Comparator.naturalOrder())));
    return sorted;
  }

  private static <T> String[] texts(List<T> rows, Function<T, String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static <T> Long[] numbers(List<T> rows, Function<T, Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }

  private static <T> OffsetDateTime[] times(List<T> rows, Function<T, Instant> column) {
    return rows.stream()
        .map(row -> column.apply(row).atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }
}
