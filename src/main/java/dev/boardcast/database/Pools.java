package dev.boardcast.database;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The one bounded pool of a node. */
public final class Pools {
  private static final int LINE_IS_DEAD_MILLIS = 10_000;

  private Pools() {}

  /** A pool whose size, wait queue and waits are all bounded by {@code config}. */
  public static Pool pool(Vertx vertx, DatabaseConfig config) {
    return pool(vertx, config, "boardcast", config.poolSize());
  }

  /**
   * As {@link #pool(Vertx, DatabaseConfig)}, of another size, named in the server's and our meters.
   */
  public static Pool pool(Vertx vertx, DatabaseConfig config, String name, int size) {
    var connect =
        PgConnectOptions.fromUri(config.postgresUri())
            .setCachePreparedStatements(true)
            .setPipeliningLimit(64)
            .setReconnectAttempts(0);
    // The server ends what a paused or split-off process left open: its locks must not outlive a
    // lease.
    connect.setProperties(
        Map.of(
            "application_name", name,
            "client_encoding", "utf-8",
            "TimeZone", "UTC",
            "DateStyle", "ISO",
            "statement_timeout", Long.toString(config.statementTimeout().toMillis()),
            "idle_in_transaction_session_timeout", "2000"));
    var transport =
        new NetClientOptions()
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setTcpKeepAlive(true)
            // A line that died in silence is given up, and with it what waits for it.
            .setTcpUserTimeout(LINE_IS_DEAD_MILLIS);
    var pool =
        new PoolOptions()
            .setName(name)
            .setShared(false)
            .setMaxSize(size)
            .setMaxWaitQueueSize(config.maxWaiting())
            .setConnectionTimeout((int) config.connectTimeout().toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return PgBuilder.pool().using(vertx).connectingTo(connect).with(transport).with(pool).build();
  }
}
