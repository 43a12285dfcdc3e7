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

/** A board that does more in the transaction of its fold, or folds otherwise. */
public final class HookedBoard implements Board {
  /** Something done in a fold; its failure is the fold's. */
  @FunctionalInterface
  public interface Hook {
    Hook NONE = (transaction, now, numbers) -> Future.succeededFuture();

    /** Ends the connection. */
    Hook DIE =
        (transaction, now, numbers) ->
            transaction.query("SELECT pg_terminate_backend(pg_backend_pid())").execute();

    /**
     * @param numbers null before they are read
     */
    Future<?> in(SqlClient transaction, Instant now, RawJson numbers);
  }

  private final Board board;

  /** Its fold in the place of the board's own. */
  public volatile UnaryOperator<List<String>> statements = own -> own;

  /** How ranges are read in the place of the board's own way. */
  public volatile Function<RangeSupport, RangeSupport.RangeReader> reading = RangeSupport::reader;

  /** Runs before the numbers are read. */
  public volatile Hook beforeNumbers = Hook.NONE;

  /** Runs when everything is written but the watermark. */
  public volatile Hook afterNumbers = Hook.NONE;

  /** Runs beside what follows {@link #beforeNumbers}. */
  public volatile Hook beforeTick = Hook.NONE;

  public HookedBoard(Board board) {
    this.board = board;
  }

  /** One statement more before the board's own, with the watermark as {@code $1}. */
  public void first(String statement) {
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
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return board.snapshot(transaction, now);
  }

  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return beforeNumbers
        .in(transaction, now, null)
        .compose(ready -> board.afterFold(transaction, now))
        .compose(numbers -> afterNumbers.in(transaction, now, numbers).map(numbers));
  }

  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return beforeTick
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
