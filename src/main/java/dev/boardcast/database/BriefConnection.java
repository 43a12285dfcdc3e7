package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A connection to ask one server something once. It is closed in any case: a server that accepts it
 * and never answers its start would else keep it open. Stateless.
 */
final class BriefConnection {
  private BriefConnection() {}

  /** Fails when opening the connection and the work together take longer than the timeout. */
  static <T> Future<T> use(
      Vertx vertx,
      PgConnectOptions server,
      Duration timeout,
      Function<SqlConnection, Future<T>> work) {
    // A connection of its own could not be closed before the server has answered; its pool can.
    var pool =
        PgBuilder.pool()
            .using(vertx)
            .with(new NetClientOptions().setConnectTimeout((int) timeout.toMillis()))
            .with(new PoolOptions().setName("boardcast-probe").setShared(false).setMaxSize(1))
            .connectingTo(server)
            .build();
    return pool.withConnection(work)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(done -> pool.close());
  }
}
