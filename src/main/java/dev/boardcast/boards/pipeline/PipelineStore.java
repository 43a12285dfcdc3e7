package dev.boardcast.boards.pipeline;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.spi.FactBatch;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
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
  private final FactsHintPublisher hints;
  private final Clock clock;

  /**
   * @param hints of the pipeline board
   * @param clock for samples that do not say when they were taken
   */
  public PipelineStore(Pool pool, FactsHintPublisher hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  public Future<List<Boolean>> addRuns(List<ScrapeRun> runs) {
    var facts = new FactBatch<>(runs, ScrapeRun::eventId);
    List<ScrapeRun> rows = facts.sorted();
    Instant now = clock.instant();
    var columns =
        Tuple.tuple()
            .addArrayOfString(FactBatch.texts(rows, ScrapeRun::eventId))
            .addArrayOfString(FactBatch.texts(rows, ScrapeRun::source))
            .addArrayOfString(FactBatch.texts(rows, run -> run.status().stored()))
            .addArrayOfLong(numbers(rows, ScrapeRun::records))
            .addArrayOfOffsetDateTime(FactBatch.times(rows, ScrapeRun::startedAt, now))
            .addArrayOfOffsetDateTime(FactBatch.times(rows, ScrapeRun::finishedAt, now))
            .addArrayOfString(FactBatch.texts(rows, ScrapeRun::error));
    return insert(INSERT_RUNS, columns, facts);
  }

  public Future<List<Boolean>> addSamples(List<QualitySample> samples) {
    var facts = new FactBatch<>(samples, QualitySample::eventId);
    List<QualitySample> rows = facts.sorted();
    Instant now = clock.instant();
    var columns =
        Tuple.tuple()
            .addArrayOfString(FactBatch.texts(rows, QualitySample::eventId))
            .addArrayOfString(FactBatch.texts(rows, QualitySample::source))
            .addArrayOfLong(numbers(rows, QualitySample::geocodingAttempts))
            .addArrayOfLong(numbers(rows, QualitySample::geocodingSuccesses))
            .addArrayOfLong(numbers(rows, QualitySample::validationAttempts))
            .addArrayOfLong(numbers(rows, QualitySample::validationPasses))
            .addArrayOfOffsetDateTime(FactBatch.times(rows, QualitySample::sampledAt, now));
    return insert(INSERT_SAMPLES, columns, facts);
  }

  private Future<List<Boolean>> insert(String sql, Tuple columns, FactBatch<?> facts) {
    return pool.preparedQuery(sql)
        .execute(columns)
        .map(
            inserted -> {
              if (inserted.size() > 0) hints.committed();
              return facts.isNew(inserted);
            });
  }

  private static <T> Long[] numbers(List<T> rows, Function<T, Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }
}
