package dev.boardcast.boards.yaml;

import dev.boardcast.spi.FactRelation;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the index by which pages of the facts of a source are read. It is made while the
 * application writes, and takes as long as that takes; without it, pages are right, and slower.
 */
final class FactTimeIndex {
  private static final Logger LOG = LoggerFactory.getLogger(FactTimeIndex.class);
  private static final int MAX_TABLE = 50; // characters of the table in the name of the index

  // Another node may be at it.
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(hashtext('fact_index'), hashtext($1))";
  private static final String UNLOCK =
      "SELECT pg_advisory_unlock(hashtext('fact_index'), hashtext($1))";
  private static final String STATE =
      "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)";

  // One at a time, since each takes a connection for as long as transactions before it are open.
  private static Future<Void> last = Future.succeededFuture();

  private final Pool pool;
  private final FactRelation facts;
  private final String name;

  FactTimeIndex(Pool pool, FactRelation facts) {
    this.pool = pool;
    this.facts = facts;
    String table = facts.table();
    name =
        table.substring(0, Math.min(table.length(), MAX_TABLE))
            + "_"
            + BoardFile.digest(table + "\0" + facts.time()).substring(0, 8);
  }

  /** Makes it, if it is not there, after those that are being made. Never fails. */
  Future<Void> make() {
    synchronized (FactTimeIndex.class) {
      last = last.compose(made -> makeNext());
      return last;
    }
  }

  private Future<Void> makeNext() {
    return pool.withConnection(
            own ->
                own.preparedQuery(LOCK)
                    .execute(Tuple.of(name))
                    .compose(
                        rows ->
                            rows.iterator().next().getBoolean(0)
                                ? make(own).eventually(() -> unlock(own))
                                : Future.<Void>succeededFuture()))
        .recover(
            failure -> {
              LOG.warn(
                  "the index {} could not be made, without which facts of {} are shown slowly: {}",
                  name,
                  facts.table(),
                  failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private Future<Void> make(SqlClient own) {
    String quoted = FileRollup.quoted(name);
    return own.query("SET statement_timeout = 0")
        .execute()
        .compose(set -> own.preparedQuery(STATE).execute(Tuple.of(quoted)))
        .compose(
            rows -> {
              for (Row row : rows) {
                if (row.getBoolean(0)) return Future.succeededFuture();
                // The node that has begun it was stopped.
                return own.query("DROP INDEX CONCURRENTLY IF EXISTS " + quoted)
                    .execute()
                    .compose(gone -> create(own, quoted));
              }
              return create(own, quoted);
            })
        .eventually(() -> own.query("RESET statement_timeout").execute());
  }

  private Future<Void> create(SqlClient own, String quoted) {
    return own.query(
            "CREATE INDEX CONCURRENTLY %s ON %s (%s)"
                .formatted(quoted, FileRollup.quoted(facts.table()), SignedFacts.time(facts)))
        .execute()
        .mapEmpty();
  }

  private Future<?> unlock(SqlClient own) {
    return own.preparedQuery(UNLOCK).execute(Tuple.of(name));
  }
}
