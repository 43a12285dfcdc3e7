package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Stores topics. Each change is a fact of the board, written by the same statement. Thread safe.
 */
final class TopicStore {
  private static final String INSERT =
      """
      WITH t AS (
        INSERT INTO analysis_topic (id, name, description, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING %1$s),
      change AS (
        INSERT INTO analysis_change (counter, delta, at) SELECT 'topics', 1, created_at FROM t)
      SELECT %1$s FROM t"""
          .formatted(Topic.COLUMNS);
  private static final String UPDATE =
      """
      WITH t AS (
        UPDATE analysis_topic
        SET name = coalesce($2, name), description = coalesce($3, description),
            updated_at = greatest(updated_at, $4)
        WHERE id = $1 RETURNING %1$s),
      change AS (
        INSERT INTO analysis_change (counter, delta, at) SELECT 'topics', 0, updated_at FROM t)
      SELECT %1$s FROM t"""
          .formatted(Topic.COLUMNS);
  private static final String FIND =
      "SELECT %s FROM analysis_topic WHERE id = $1".formatted(Topic.COLUMNS);
  private static final String PAGE =
      """
      SELECT %s FROM analysis_topic WHERE (created_at, id) < ($1, $2)
      ORDER BY created_at DESC, id DESC LIMIT $3"""
          .formatted(Topic.COLUMNS);
  private static final String UNIQUE_VIOLATION = "23505";

  private final Clock clock;

  TopicStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param isNew false if the same topic was created before with that id
   */
  record Added(Topic topic, boolean isNew) {}

  /** Creates a topic; fails with 409 when another topic has its name or id. */
  Future<Added> create(SqlClient tx, NewTopic wanted) {
    String id = wanted.id() == null ? UUID.randomUUID().toString() : wanted.id();
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.of(
                id, wanted.name(), wanted.description(), clock.instant().atOffset(ZoneOffset.UTC)))
        .compose(
            rows ->
                rows.size() == 0
                    ? existing(tx, id, wanted)
                    : Future.succeededFuture(new Added(first(rows), true)));
  }

  private static Future<Added> existing(SqlClient tx, String id, NewTopic wanted) {
    return tx.preparedQuery(FIND)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              if (rows.size() == 0) throw taken("name");
              Topic topic = first(rows);
              boolean isSame =
                  topic.name().equals(wanted.name())
                      && topic.description().equals(wanted.description());
              if (!isSame) throw taken("id");
              return new Added(topic, false);
            });
  }

  /** Changes a topic; fails with 404 when it does not exist, 409 when another has the name. */
  Future<Topic> update(SqlClient tx, String id, TopicPatch patch) {
    return tx.preparedQuery(UPDATE)
        .execute(
            Tuple.of(
                id, patch.name(), patch.description(), clock.instant().atOffset(ZoneOffset.UTC)))
        .recover(
            cause ->
                Future.failedFuture(
                    cause instanceof PgException pg && UNIQUE_VIOLATION.equals(pg.getSqlState())
                        ? taken("name")
                        : cause))
        .map(rows -> found(rows, id));
  }

  /** Finds a topic; fails with 404 when it does not exist. */
  Future<Topic> find(SqlClient client, String id) {
    return client.preparedQuery(FIND).execute(Tuple.of(id)).map(rows -> found(rows, id));
  }

  /** Lists topics, the newest first. */
  Future<Page<Topic>> page(SqlClient client, Page.Request page) {
    return client
        .preparedQuery(PAGE)
        .execute(
            Tuple.of(page.after().at().atOffset(ZoneOffset.UTC), page.after().key(), page.rows()))
        .map(rows -> page.page(rows, Topic::of, Topic::cursor));
  }

  private static Topic found(RowSet<Row> rows, String id) {
    if (rows.size() == 0) throw Problem.notFound("topic " + id);
    return first(rows);
  }

  private static Topic first(RowSet<Row> rows) {
    return Topic.of(rows.iterator().next());
  }

  private static Problem taken(String field) {
    return Problem.of(
        409, "Already there", new FieldError(field, "another, because this one is taken"));
  }
}
