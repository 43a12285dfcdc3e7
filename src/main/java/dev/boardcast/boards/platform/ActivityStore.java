package dev.boardcast.boards.platform;

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
 * Writes views and activities, leaving out those whose event id is known. For each of them, in
 * order, answers whether it was new; of several with one event id the first counts as new.
 * Completes after commit; fails with nothing stored. Thread safe.
 */
public final class ActivityStore {
  private static final String VIEWS =
      """
      INSERT INTO platform_view (event_id, content_id, user_id, at)
      SELECT * FROM unnest($1::text[], $3::text[], $4::text[], $2::timestamptz[])
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";
  private static final String ACTIVITIES =
      """
      INSERT INTO platform_activity (event_id, user_id, at)
      SELECT * FROM unnest($1::text[], $3::text[], $2::timestamptz[])
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";

  private final Pool pool;
  private final FactsHintPublisher hints;
  private final Clock clock;

  /**
   * @param hints of the platform board
   * @param clock for visits that do not say when
   */
  public ActivityStore(Pool pool, FactsHintPublisher hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  public Future<List<Boolean>> addViews(List<View> views) {
    return add(VIEWS, views, View::eventId, View::viewedAt, View::contentId, View::userId);
  }

  public Future<List<Boolean>> addActivities(List<Activity> activities) {
    return add(ACTIVITIES, activities, Activity::eventId, Activity::at, Activity::userId);
  }

  @SafeVarargs
  private <T> Future<List<Boolean>> add(
      String insert,
      List<T> visits,
      Function<T, String> eventId,
      Function<T, Instant> at,
      Function<T, String>... columns) {
    var facts = new FactBatch<>(visits, eventId);
    List<T> rows = facts.sorted();
    Tuple values =
        Tuple.tuple()
            .addArrayOfString(FactBatch.texts(rows, eventId))
            .addArrayOfOffsetDateTime(FactBatch.times(rows, at, clock.instant()));
    for (var column : columns) values.addArrayOfString(FactBatch.texts(rows, column));
    return pool.preparedQuery(insert)
        .execute(values)
        .map(
            inserted -> {
              if (inserted.size() > 0) hints.committed();
              return facts.isNew(inserted);
            });
  }
}
