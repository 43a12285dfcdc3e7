package dev.boardcast.alerts;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads and writes rules. Thread safe. */
final class AlertRuleStore {
  private static final String COLUMNS =
      "id, source, version, definition::text AS definition, created_by, created_at, updated_at";

  private static final String INSERT =
      """
      INSERT INTO alert_rule
        (id, name, board, source, definition, created_by, created_at, updated_at, check_at)
      SELECT $1, $2, $3, $4, $5::text::jsonb, $6, $7, $7, $7
      WHERE (SELECT count(*) FROM alert_rule) < $8
      RETURNING\s"""
          + COLUMNS;

  private static final String UPDATE =
      """
      UPDATE alert_rule SET name = $2, board = $3, definition = $4::text::jsonb,
        version = version + 1, updated_at = $5, check_at = $5
      WHERE id = $1
      RETURNING\s"""
          + COLUMNS;

  private static final String FIND = "SELECT " + COLUMNS + " FROM alert_rule WHERE id = $1";

  private static final String LIST =
      "SELECT "
          + COLUMNS
          + " FROM alert_rule WHERE ($1::text IS NULL OR board = $1) AND name > $2"
          + " AND board <> ALL ($4::text[]) ORDER BY name LIMIT $3";

  private static final String DECLARED =
      "SELECT "
          + COLUMNS
          + " FROM alert_rule WHERE board = $1 AND source = 'board' ORDER BY name FOR UPDATE";

  private static final String NAMED =
      "SELECT "
          + COLUMNS
          + " FROM alert_rule WHERE name = ANY ($1::text[])"
          + " AND NOT (board = $2 AND source = 'board') ORDER BY name FOR UPDATE";

  private static final String MISSING =
      "SELECT name FROM unnest($1::text[]) AS name"
          + " WHERE NOT EXISTS (SELECT FROM alert_channel WHERE id = name)";

  /** Another value is watched from now on: what was decided about the former one does not count. */
  private static final String FORGET = "DELETE FROM alert_state WHERE rule = $1 AND alert IS NULL";

  /**
   * Creates a rule; it is evaluated within a second. Does not check that its channels exist.
   *
   * @return fails with a {@link Problem}: 409 for a name that another rule has, 503 for too many
   */
  Future<StoredRule> create(SqlClient tx, String source, AlertRule rule, String by) {
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.of(UUID.randomUUID(), rule.name(), rule.board(), source)
                .addString(Json.encode(rule))
                .addString(by)
                .addOffsetDateTime(Sql.utc(Instant.now()))
                .addInteger(AlertEvaluation.MAX_RULES))
        .map(
            rows ->
                first(rows)
                    .orElseThrow(
                        () ->
                            Problem.of(
                                409,
                                "Too many rules",
                                "there are %d rules; delete some"
                                    .formatted(AlertEvaluation.MAX_RULES))))
        .recover(cause -> Future.failedFuture(named(cause)));
  }

  /** Replaces a rule; empty if there is none. Values in alarm stay so until it says otherwise. */
  Future<Optional<StoredRule>> replace(SqlClient tx, UUID id, AlertRule rule) {
    return tx.preparedQuery(UPDATE)
        .execute(
            Tuple.of(id, rule.name(), rule.board(), Json.encode(rule))
                .addOffsetDateTime(Sql.utc(Instant.now())))
        .map(AlertRuleStore::first)
        .compose(
            changed -> tx.preparedQuery(FORGET).execute(Tuple.of(id)).map(forgotten -> changed))
        .recover(cause -> Future.failedFuture(named(cause)));
  }

  Future<Boolean> delete(SqlClient tx, UUID id) {
    return tx.preparedQuery("DELETE FROM alert_rule WHERE id = $1")
        .execute(Tuple.of(id))
        .map(rows -> rows.rowCount() > 0);
  }

  Future<Optional<StoredRule>> find(SqlClient client, UUID id) {
    return client.preparedQuery(FIND).execute(Tuple.of(id)).map(AlertRuleStore::first);
  }

  /** As {@link #find}, and keeps others from changing it until the end of the transaction. */
  Future<Optional<StoredRule>> lock(SqlClient tx, UUID id) {
    return tx.preparedQuery(FIND + " FOR UPDATE").execute(Tuple.of(id)).map(AlertRuleStore::first);
  }

  /**
   * Lists rules by name.
   *
   * @param board whose rules; empty for all
   * @param without whose rules are left out
   * @param after a name; "" for the start
   */
  Future<List<StoredRule>> list(
      SqlClient client, Optional<String> board, Set<String> without, String after, int limit) {
    return client
        .preparedQuery(LIST)
        .execute(
            Tuple.of(board.orElse(null), after, limit)
                .addArrayOfString(without.toArray(String[]::new)))
        .map(AlertRuleStore::all);
  }

  /** The rules that a board declares, kept from changes until the end of the transaction. */
  Future<List<StoredRule>> declaredBy(SqlClient tx, String board) {
    return tx.preparedQuery(DECLARED).execute(Tuple.of(board)).map(AlertRuleStore::all);
  }

  /** The rules with one of these names that the board does not declare. */
  Future<List<StoredRule>> named(SqlClient tx, String board, List<String> names) {
    return tx.preparedQuery(NAMED)
        .execute(Tuple.tuple().addArrayOfString(names.toArray(String[]::new)).addString(board))
        .map(AlertRuleStore::all);
  }

  /** Fails with a {@link Problem} unless all channels of a rule exist. */
  Future<Void> requireChannels(SqlClient tx, AlertRule rule) {
    return missingChannels(tx, rule.channels())
        .map(
            missing -> {
              if (missing.isEmpty()) return null;
              throw Problem.invalid("channels", AlertRule.CHANNELS_TEXT);
            });
  }

  /** Those of these channels that do not exist. */
  Future<List<String>> missingChannels(SqlClient tx, Collection<String> channels) {
    if (channels.isEmpty()) return Future.succeededFuture(List.of());
    return tx.preparedQuery(MISSING)
        .execute(Tuple.tuple().addArrayOfString(channels.toArray(String[]::new)))
        .map(AlertRuleStore::texts);
  }

  private static List<String> texts(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(row -> row.getString(0)).toList();
  }

  private static Throwable named(Throwable cause) {
    boolean isTaken = cause instanceof PgException pg && "23505".equals(pg.getSqlState());
    return isTaken
        ? Problem.of(
            409,
            "Name already used",
            new Problem.FieldError("name", "a name that no other rule has"))
        : cause;
  }

  private static Optional<StoredRule> first(RowSet<Row> rows) {
    return all(rows).stream().findFirst();
  }

  private static List<StoredRule> all(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(AlertRuleStore::rule).toList();
  }

  private static StoredRule rule(Row row) {
    return new StoredRule(
        row.getUUID("id"),
        row.getString("source"),
        row.getLong("version"),
        row.getString("created_by"),
        Sql.time(row, "created_at"),
        Sql.time(row, "updated_at"),
        Sql.json(row.getString("definition"), AlertRule.class));
  }
}
