package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A pool that opens new connections when its server no longer takes writes: a {@link WriterLocator}
 * tells it so, and it tells the locator of statements that failed for that. Connections to the
 * former server are closed; statements on them end first, transactions fail. Thread safe.
 */
final class FollowingPool implements Pool {
  private final Supplier<Pool> connecting;
  private final WriterLocator writer;
  private final boolean reports;
  private volatile Pool current;
  private boolean closed;

  /**
   * @param connecting makes a pool of connections to the server that takes writes now
   * @param reports whether the locator learns of statements that fail because the server is
   *     read-only
   */
  FollowingPool(Supplier<Pool> connecting, WriterLocator writer, boolean reports) {
    this.connecting = connecting;
    this.writer = writer;
    this.reports = reports;
    current = connecting.get();
    writer.add(this);
  }

  void reconnect() {
    Pool former;
    synchronized (this) {
      if (closed) return;
      former = current;
      current = connecting.get();
    }
    former.close();
  }

  @Override
  public Future<SqlConnection> getConnection() {
    Pool asked = current;
    return asked
        .getConnection()
        // Who waited for a connection of the former server need not fail with it.
        .recover(
            failure ->
                asked == current || isClosed()
                    ? Future.failedFuture(failure)
                    : current.getConnection());
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    Pool asked = current;
    return new WatchedQuery<>(asked.query(sql), failure -> failed(asked, failure));
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    Pool asked = current;
    return new WatchedQuery.Prepared<>(asked.preparedQuery(sql), failure -> failed(asked, failure));
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    Pool asked = current;
    return new WatchedQuery.Prepared<>(
        asked.preparedQuery(sql, options), failure -> failed(asked, failure));
  }

  @Override
  public <T> Future<T> withTransaction(Function<SqlConnection, Future<T>> work) {
    Pool asked = current;
    return Pool.super.withTransaction(work).onFailure(failure -> failed(asked, failure));
  }

  @Override
  public <T> Future<T> withConnection(Function<SqlConnection, Future<T>> work) {
    Pool asked = current;
    return Pool.super.withConnection(work).onFailure(failure -> failed(asked, failure));
  }

  @Override
  public int size() {
    return current.size();
  }

  @Override
  public Future<Void> close() {
    writer.remove(this);
    Pool last;
    synchronized (this) {
      closed = true;
      last = current;
    }
    return last.close();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void failed(Pool asked, Throwable failure) {
    if (!reports) return;
    boolean isReadOnly =
        DatabaseFailure.of(failure).filter(DatabaseFailure.READ_ONLY::equals).isPresent();
    if (isReadOnly && asked == current) writer.suspect();
  }
}
