package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.events.Outbox;
import dev.boardcast.metrics.FoldStep.AddFact;
import dev.boardcast.metrics.FoldStep.Ending;
import dev.boardcast.metrics.FoldSubject.Fact;
import dev.boardcast.testing.HookedBoard;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.StatementCutProxy;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs generated steps on one board: several writers with open transactions, two nodes that fold,
 * and a proxy to the database that can break. Each fold compares its result with all facts before
 * it commits. One thread; calls block.
 */
final class FoldScenario implements AutoCloseable {
  /** Writers with open transactions; one more commits each fact at once. */
  static final int WRITERS = 3;

  final HookedBoard board;
  final Sql sql;
  private final FoldSubject subject;
  private final Vertx vertx = Vertx.vertx();
  private final StatementCutProxy line;
  private final Pool pool;
  private final List<Folding> nodes;
  private final List<Connection> writers = new ArrayList<>();

  private Instant now;
  private int holder;

  FoldScenario(FoldSubject subject) {
    this.subject = subject;
    DatabaseConfig database = Services.get().freshDatabase();
    sql = new Sql(database.postgresUri());
    line = new StatementCutProxy(database);
    pool = Pools.pool(vertx, line.database());
    board = new HookedBoard(subject.board(new Outbox(vertx, new TypedBus(vertx))));
    board.afterSnapshot =
        (tx, at, numbers) ->
            subject
                .check(tx, at, Folding.data(numbers))
                .compose(right -> subject.checkRanges(tx, board, at));
    nodes = List.of(new Folding(pool, board, "a"), new Folding(pool, board, "b"));
  }

  /** Empties all tables. */
  FoldScenario begin(Instant start) throws SQLException {
    rollBack();
    now = start;
    holder = 0;
    var tables = new ArrayList<>(board.facts());
    tables.addAll(board.rollups());
    tables.addAll(subject.moreTables());
    sql.run("TRUNCATE board_state, board_history, lease, outbox, " + String.join(", ", tables));
    nodes.get(holder).take();
    while (writers.size() <= WRITERS) writers.add(sql.connect());
    for (int i = 0; i < WRITERS; i++) writers.get(i).setAutoCommit(false);
    return this;
  }

  /** Runs the steps, then checks the final state. */
  void run(List<FoldStep> steps) throws SQLException {
    for (FoldStep step : steps) {
      if (step instanceof AddFact add) insert(add);
      else if (step instanceof FoldStep.End end) end(end.writer(), end.how());
      else if (step instanceof FoldStep.Pass pass) now = now.plusSeconds(pass.seconds());
      else if (step instanceof FoldStep.Fold fold) fold(fold.node(), fold.cutAfter());
      else if (step instanceof FoldStep.Rebuild rebuild) rebuild(rebuild.cutAfter());
    }
    settle();
  }

  void insert(AddFact step) throws SQLException {
    insert(writers.get(step.writer()), step);
  }

  void insert(Connection connection, AddFact step) throws SQLException {
    boolean isOpen = step.writer() < WRITERS;
    // A duplicate waits for the transaction of the first.
    String eventId = isOpen || step.event() == 0 ? null : "e" + step.event();
    Instant at = now.plusSeconds(step.after());
    subject.insert(
        connection,
        new Fact(
            "w" + step.writer(),
            eventId,
            step.kind(),
            step.key(),
            at,
            step.amount(),
            step.state()));
  }

  /** Returns whether the fold ended before the connection broke. */
  boolean fold(int node, int cutAfter) throws SQLException {
    take(node);
    return uncut(cutAfter, () -> nodes.get(node).againAt(now));
  }

  /** As {@link #fold}, for a fold that exchanges rebuilt rollups. */
  boolean rebuild(int cutAfter) {
    if (cutAfter == FoldStep.UNCUT) nodes.get(holder).againAt(now);
    return uncut(cutAfter, () -> nodes.get(holder).rebuiltAt(now));
  }

  /** Commits and folds all facts; compares rollups and metrics with a recomputation. */
  JsonNode settle() throws SQLException {
    for (int i = 0; i < WRITERS; i++) end(i, Ending.COMMIT);
    JsonNode folded = nodes.get(holder).againAt(now);
    assertEquals(0, nodes.get(holder).drift(), "rows of rollups that differ from a recomputation");
    assertEquals(folded, nodes.get(holder).rebuiltAt(now));
    return folded;
  }

  /** Drops facts that are older, all batches. */
  void seal(Duration keep, int batch) {
    while (sealOnce(keep, batch) >= batch) {
      // The next batch.
    }
  }

  /** As {@link #seal}, with a connection that breaks. */
  void seal(Duration keep, int batch, int cutAfter) {
    uncut(cutAfter, () -> seal(keep, batch));
  }

  /** Drops one batch; returns the most that were dropped of a table. */
  long sealOnce(Duration keep, int batch) {
    return nodes.get(holder).sealedAt(now, keep, batch);
  }

  /** Moves the clock on. */
  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Folds what is committed. */
  JsonNode folded() {
    return nodes.get(holder).againAt(now);
  }

  /** Something to do in the middle. */
  @FunctionalInterface
  interface Work {
    void run() throws SQLException;
  }

  /** Rebuilds the rollups, with something in between; returns whether they were exchanged. */
  boolean rebuild(Work between) throws SQLException {
    return nodes.get(holder).rebuiltAt(now, between);
  }

  /** How many facts were dropped, as the database says. */
  long dropped() throws SQLException {
    return Long.parseLong(sql.column("SELECT coalesce(sum(dropped), 0) FROM fact_seal").get(0));
  }

  /** Empties the sealed sums. */
  void dropSeals() throws SQLException {
    sql.run("TRUNCATE fact_seal");
    for (String rollup : board.rollups()) sql.run("DROP TABLE IF EXISTS sealed_" + rollup);
  }

  /** Folds from scratch. */
  void recompute() {
    nodes.get(holder).recomputedAt(now);
  }

  /** The rows of all rollups. */
  Map<String, List<String>> rollups() throws SQLException {
    var rows = new TreeMap<String, List<String>>();
    for (String rollup : board.rollups()) {
      rows.put(rollup, sql.column("SELECT r::text FROM " + rollup + " r ORDER BY 1"));
    }
    return rows;
  }

  /** Moves the board's lease to a node. */
  private void take(int node) throws SQLException {
    if (node == holder) return;
    sql.run("UPDATE lease SET expires_at = '-infinity'");
    for (int tries = 0; ; tries++) {
      try {
        nodes.get(node).take();
        break;
      } catch (RuntimeException gone) {
        if (tries == 20) throw gone;
      }
    }
    holder = node;
  }

  private boolean uncut(int cutAfter, Runnable work) {
    if (cutAfter == FoldStep.UNCUT) {
      work.run();
      return true;
    }
    line.cutAfter(cutAfter);
    try {
      work.run();
    } catch (Exception cut) {
      // The fold was either rolled back or committed.
    }
    return !line.reset();
  }

  private void end(int writer, Ending how) throws SQLException {
    Connection connection = writers.get(writer);
    switch (how) {
      case COMMIT -> connection.commit();
      case ROLLBACK -> connection.rollback();
      case CRASH -> {
        connection.abort(Runnable::run);
        writers.set(writer, sql.connect());
        writers.get(writer).setAutoCommit(false);
      }
    }
  }

  private void rollBack() throws SQLException {
    for (Connection writer : writers) {
      if (!writer.getAutoCommit()) writer.rollback();
    }
  }

  @Override
  public void close() throws SQLException, TimeoutException {
    for (Connection writer : writers) writer.close();
    vertx.close().await(30, TimeUnit.SECONDS);
    line.close();
  }
}
