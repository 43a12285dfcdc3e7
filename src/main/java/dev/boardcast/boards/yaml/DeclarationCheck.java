package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Measure.OfFacts;
import dev.boardcast.spi.FactRelation;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.stream.Collectors;

/**
 * Checks the expressions of a declared board against the database, in a transaction that is rolled
 * back. Reads no facts.
 */
final class DeclarationCheck {
  private static final String BEGIN = "BEGIN; SET LOCAL statement_timeout = 10000";

  private final Declaration file;
  private final FactRelation facts;

  DeclarationCheck(Declaration file, FactRelation facts) {
    this.file = file;
    this.facts = facts;
  }

  /**
   * Runs the check.
   *
   * @return fails with {@link InvalidBoardFileException}, or with the failure of the database when
   *     it is unreachable
   */
  Future<Void> run(Pool pool) {
    return pool.withConnection(
        own ->
            own.query(BEGIN)
                .execute()
                .compose(begun -> check(own))
                .eventually(() -> own.query("ROLLBACK").execute()));
  }

  private Future<Void> check(SqlConnection tx) {
    String columns =
        facts.columns().entrySet().stream()
            .map(column -> FileRollup.quoted(column.getKey()) + " " + column.getValue())
            .collect(Collectors.joining(", "));
    Future<?> checked =
        tx.query(
                "CREATE TEMP TABLE %s (%s, tx xid8, sign smallint)"
                    .formatted(ExpressionCheck.FACTS, columns))
            .execute();
    new DeclaredParts(file).parameters(facts);
    for (FileSql dimension : file.dimensions().values()) {
      checked = checked.compose(ok -> ExpressionCheck.text(tx, dimension));
    }
    for (DeclaredMetric metric : file.metrics()) {
      if (metric.measure() instanceof OfFacts of) checked = checked.compose(ok -> check(tx, of));
    }
    return checked.compose(ok -> statements(tx));
  }

  private static Future<?> check(SqlConnection tx, OfFacts of) {
    Future<?> checked = Future.succeededFuture();
    if (of.where().isPresent()) checked = ExpressionCheck.condition(tx, of.where().get());
    if (of.value().isEmpty()) return checked;
    FileSql value = of.value().get();
    if (of.aggregate().takesNumbers()) {
      String what = of.aggregate().name().toLowerCase(java.util.Locale.ROOT);
      return checked
          .compose(ok -> ExpressionCheck.value(tx, value))
          .map(column -> ExpressionCheck.number(column, value, what));
    }
    return of.aggregate().isOfTexts()
        ? checked.compose(ok -> ExpressionCheck.text(tx, value))
        : checked.compose(ok -> ExpressionCheck.value(tx, value));
  }

  /** Prepares the statements of fold and snapshot on empty tables. */
  private Future<Void> statements(SqlConnection tx) {
    var table =
        new FactRelation(ExpressionCheck.FACTS, facts.columns(), facts.time(), facts.isSigned());
    var rollups = new DeclaredRollups(file, table);
    Future<?> prepared = Future.succeededFuture();
    for (String sql : rollups.create("TEMP ")) {
      prepared = prepared.compose(ok -> tx.query(sql).execute());
    }
    for (String sql : rollups.fold()) prepared = prepared.compose(ok -> prepare(tx, sql));
    var parts = new DeclaredParts(file);
    if (!parts.isEmpty()) prepared = prepared.compose(ok -> prepare(tx, parts.changed(table)));
    for (String sql : new DeclaredSnapshot(file, rollups).statements()) {
      prepared = prepared.compose(ok -> prepare(tx, sql));
    }
    return prepared
        .recover(
            cause ->
                Future.failedFuture(
                    QueryCheck.explain(cause, new FileSql("", file.position(), false), "")))
        .mapEmpty();
  }

  private static Future<Void> prepare(SqlConnection tx, String sql) {
    return tx.prepare(sql).compose(statement -> statement.close());
  }
}
