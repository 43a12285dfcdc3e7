package dev.boardcast.metrics.annotations;

import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads and writes annotations. Thread safe. */
final class AnnotationStore {
  /** Most annotations at a time. */
  static final int MAX = 50_000;

  private static final String ADD =
      """
      INSERT INTO annotation
        (id, at, until, title, text, boards, tags, created_by, created_at)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
      WHERE (SELECT count(*) FROM (SELECT FROM annotation LIMIT $10) AS present) < $10""";

  // None is longer than 31 days.
  private static final String LIST =
      """
      SELECT id, at, until, title, text, boards, tags, created_by, created_at
      FROM annotation
      WHERE (cardinality(boards) = 0 OR boards && $1::text[])
        AND at < $2 AND at >= $3::timestamptz - interval '31 days'
        AND coalesce(until, at) >= $3
        AND ($4::text IS NULL OR cardinality(boards) = 0 OR $4 = ANY (boards))
        AND ($5::text IS NULL OR $5 = ANY (tags))
        AND (at, id) < ($6, $7::uuid)
      ORDER BY at DESC, id DESC LIMIT $8""";

  private static final String FIND =
      """
      SELECT id, at, until, title, text, boards, tags, created_by, created_at
      FROM annotation WHERE id = $1 FOR UPDATE""";

  private static final String DELETE = "DELETE FROM annotation WHERE id = $1";

  /**
   * Which annotations are read: those of the time from {@code from} to {@code to}.
   *
   * @param visible the boards that the caller may see
   * @param board those about it, or about all
   */
  record Query(
      Set<String> visible,
      Instant from,
      Instant to,
      Optional<String> board,
      Optional<String> tag) {}

  /** Adds one; fails with 409 if there are too many. */
  Future<Annotation> add(SqlClient tx, Annotation annotation) {
    return tx.preparedQuery(ADD)
        .execute(
            Tuple.tuple()
                .addUUID(annotation.id())
                .addOffsetDateTime(utc(annotation.at()))
                .addOffsetDateTime(utc(annotation.until()))
                .addString(annotation.title())
                .addString(annotation.text())
                .addArrayOfString(annotation.boards().toArray(String[]::new))
                .addArrayOfString(annotation.tags().toArray(String[]::new))
                .addString(annotation.createdBy())
                .addOffsetDateTime(utc(annotation.createdAt()))
                .addInteger(MAX))
        .map(
            rows -> {
              if (rows.rowCount() > 0) return annotation;
              throw Problem.of(
                  409,
                  "Too many annotations",
                  "there are %d annotations; delete some".formatted(MAX));
            });
  }

  /** The last ones first. */
  Future<Page<Annotation>> list(SqlClient client, Query query, Page.Request request) {
    return client
        .preparedQuery(LIST)
        .execute(
            Tuple.tuple()
                .addArrayOfString(query.visible().toArray(String[]::new))
                .addOffsetDateTime(utc(query.to()))
                .addOffsetDateTime(utc(query.from()))
                .addString(query.board().orElse(null))
                .addString(query.tag().orElse(null))
                .addOffsetDateTime(utc(request.after().at()))
                .addUUID(UUID.fromString(request.after().key()))
                .addInteger(request.rows()))
        .map(
            rows ->
                request.page(
                    rows,
                    AnnotationStore::annotation,
                    last -> new Page.Cursor(last.at(), last.id().toString())));
  }

  /** Locks one. */
  Future<Optional<Annotation>> lock(SqlClient tx, UUID id) {
    return tx.preparedQuery(FIND)
        .execute(Tuple.of(id))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(annotation(rows.iterator().next())));
  }

  Future<Void> delete(SqlClient tx, UUID id) {
    return tx.preparedQuery(DELETE).execute(Tuple.of(id)).mapEmpty();
  }

  private static Annotation annotation(Row row) {
    return new Annotation(
        row.getUUID("id"),
        time(row, "at"),
        time(row, "until"),
        row.getString("title"),
        row.getString("text"),
        List.of(row.getArrayOfStrings("boards")),
        List.of(row.getArrayOfStrings("tags")),
        row.getString("created_by"),
        time(row, "created_at"));
  }

  private static OffsetDateTime utc(Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
