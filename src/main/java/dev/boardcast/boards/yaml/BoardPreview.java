package dev.boardcast.boards.yaml;

import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Folds all facts of a declared board into temporary tables and reads the snapshot. */
final class BoardPreview {
  // A snapshot before all transactions: every fact is new.
  private static final String BEFORE_ALL = "1:1:";
  private static final String BEGIN =
      "BEGIN; SET LOCAL statement_timeout = 60000;"
          + " SET LOCAL idle_in_transaction_session_timeout = 60000";
  // Shadows the table of that name: sums by the minute of all times are read.
  private static final String HORIZON =
      """
      CREATE TEMP TABLE board_file AS
      SELECT '%s'::text AS board, timestamptz '-infinity' AS horizon""";

  private final Declaration file;
  private final FactRelation facts;

  BoardPreview(Declaration file, FactRelation facts) {
    this.file = file;
    this.facts = facts;
  }

  Future<RawJson> read(Pool pool, Instant now) {
    return pool.withConnection(
        own ->
            own.query(BEGIN)
                .execute()
                .compose(begun -> compute(own, now))
                .eventually(() -> own.query("ROLLBACK").execute()));
  }

  private Future<RawJson> compute(SqlConnection own, Instant now) {
    var rollups = new DeclaredRollups(file, facts);
    List<String> statements = new ArrayList<>(List.of(HORIZON.formatted(file.name())));
    statements.addAll(rollups.create("TEMP "));
    Future<?> folded = factTable(own);
    for (String sql : statements) folded = folded.compose(ok -> own.query(sql).execute());
    for (String sql : rollups.fold()) {
      folded = folded.compose(ok -> own.preparedQuery(sql).execute(Tuple.of(BEFORE_ALL)));
    }
    return folded.compose(ok -> new DeclaredSnapshot(file, rollups).read(own, now));
  }

  /** Without facts yet there is no table. */
  private Future<?> factTable(SqlConnection own) {
    String columns =
        facts.columns().entrySet().stream()
            .map(column -> FileRollup.quoted(column.getKey()) + " " + column.getValue())
            .collect(Collectors.joining(", "));
    return own.preparedQuery("SELECT to_regclass($1) IS NULL")
        .execute(Tuple.of(facts.table()))
        .compose(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? own.query(
                            "CREATE TEMP TABLE %s (%s, sign smallint, tx xid8)"
                                .formatted(facts.table(), columns))
                        .execute()
                    : Future.succeededFuture(rows));
  }
}
