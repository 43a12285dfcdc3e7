package dev.boardcast.testing;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Wraps a board to run hooks in the transaction of its fold, or to replace its statements. */
public final class HookedBoard implements Board {
  /** Runs within a fold; its failure fails the fold. */
  @FunctionalInterface
  public interface Hook {
    Hook NONE = (transaction, now, metrics) -> Future.succeededFuture();

    /** Terminates the connection. */
    Hook TERMINATE =
        (transaction, now, metrics) ->
            transaction.query("SELECT pg_terminate_backend(pg_backend_pid())").execute();

    /**
     * @param metrics null before they are read
     */
    Future<?> in(SqlClient transaction, Instant now, RawJson metrics);
  }

  private final Board board;

  /** Replaces the statements of the board's fold. */
  public volatile UnaryOperator<List<String>> statements = own -> own;

  /** Replaces how ranges are read. */
  public volatile Function<RangeSupport, RangeSupport.RangeReader> reading = RangeSupport::reader;

  /** Runs before the snapshot is read. */
  public volatile Hook beforeSnapshot = Hook.NONE;

  /** Runs when everything but the watermark was written. */
  public volatile Hook afterSnapshot = Hook.NONE;

  /** Runs before the next change is determined. */
  public volatile Hook beforeNextChange = Hook.NONE;

  public HookedBoard(Board board) {
    this.board = board;
  }

  /** Adds a statement before the board's own, with the watermark as {@code $1}. */
  public void prepend(String statement) {
    statements =
        own -> {
          var all = new ArrayList<String>(own.size() + 1);
          all.add(statement);
          all.addAll(own);
          return all;
        };
  }

  @Override
  public String name() {
    return board.name();
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return board.ranges().map(own -> new RangeSupport(own.step(), own.zone(), reading.apply(own)));
  }

  @Override
  public String topic() {
    return board.topic();
  }

  @Override
  public String title() {
    return board.title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return board.metrics();
  }

  @Override
  public Format socketFormat() {
    return board.socketFormat();
  }

  @Override
  public Optional<String> httpPath() {
    return board.httpPath();
  }

  @Override
  public List<String> facts() {
    return board.facts();
  }

  @Override
  public List<String> fold() {
    return statements.apply(board.fold());
  }

  @Override
  public List<String> rollups() {
    return board.rollups();
  }

  @Override
  public Optional<Sample> sample() {
    return board.sample();
  }

  @Override
  public Optional<Sealing> sealing() {
    return board.sealing();
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return board.snapshot(transaction, now);
  }

  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return beforeSnapshot
        .in(transaction, now, null)
        .compose(ready -> board.afterFold(transaction, now))
        .compose(metrics -> afterSnapshot.in(transaction, now, metrics).map(metrics));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return beforeNextChange
        .in(transaction, now, null)
        .compose(ready -> board.nextChange(transaction, now));
  }

  @Override
  public boolean isForeignSql() {
    return board.isForeignSql();
  }

  @Override
  public Set<String> triggers() {
    return board.triggers();
  }

  @Override
  public Duration minInterval() {
    return board.minInterval();
  }

  @Override
  public Future<Boolean> mayCompute(SqlClient client) {
    return board.mayCompute(client);
  }
}
