package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Builds pools of database connections. A pool's size, its wait queue and all waits are bounded by
 * the configuration; every connection's search path is the schema of {@link SchemaName} alone.
 * Connections are to the server that takes writes, of several and after a failover; those that
 * nobody uses are closed after {@code pg-idle-timeout}.
 */
public final class Pools {
  // A connection whose peer stopped acknowledging is closed after this, and its queries fail.
  // Longer
  // ones would be found again long after a cut: retransmissions become rare.
  private static final int TCP_USER_TIMEOUT_MILLIS = 3_000;

  private Pools() {}

  /** A pool of the configured size, for programs and tests that need one. */
  public static Pool pool(Vertx vertx, DatabaseConfig config) {
    return pool(vertx, config, "boardcast", config.poolSize());
  }

  /** As {@link #pool(Vertx, DatabaseConfig)}, of another size. */
  public static Pool pool(Vertx vertx, DatabaseConfig config, String name, int size) {
    return pool(vertx, config, name, size, new CertificateCheck());
  }

  /**
   * As {@link #pool(Vertx, DatabaseConfig)}, of another size.
   *
   * @param name of the pool in meters, and {@code application_name} of its connections
   * @param check of the server's certificate
   */
  public static Pool pool(
      Vertx vertx, DatabaseConfig config, String name, int size, CertificateCheck check) {
    return pool(vertx, config, name, size, new WriterLocator(vertx, config, check));
  }

  /**
   * As {@link #pool(Vertx, DatabaseConfig)}, of another size.
   *
   * @param writer the same for all pools of a node, which then follow a failover together
   */
  public static Pool pool(
      Vertx vertx, DatabaseConfig config, String name, int size, WriterLocator writer) {
    return new FollowingPool(() -> connect(vertx, config, name, size, writer), writer, true);
  }

  /**
   * As {@link #pool(Vertx, DatabaseConfig, String, int, WriterLocator)}, for statements of others,
   * in transactions that are read-only by intention: if one fails for that, the server is fine.
   */
  public static Pool readPool(
      Vertx vertx, DatabaseConfig config, String name, int size, WriterLocator writer) {
    return new FollowingPool(() -> connect(vertx, config, name, size, writer), writer, false);
  }

  private static Pool connect(
      Vertx vertx, DatabaseConfig config, String name, int size, WriterLocator writer) {
    var transport =
        new NetClientOptions()
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setTcpKeepAlive(true)
            .setTcpUserTimeout(TCP_USER_TIMEOUT_MILLIS);
    var pool =
        new PoolOptions()
            .setName(name)
            .setShared(false)
            .setMaxSize(size)
            .setMaxWaitQueueSize(config.maxWaiting())
            .setIdleTimeout((int) config.idleTimeout().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setConnectionTimeout((int) config.connectTimeout().toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return PgBuilder.pool()
        .using(vertx)
        .with(transport)
        .with(pool)
        .connectingTo(connecting(vertx, writer::options, config, name))
        .build();
  }

  /** Looks the schema up before a connection where it is not configured. */
  private static Supplier<Future<SqlConnectOptions>> connecting(
      Vertx vertx, Supplier<Future<PgConnectOptions>> reached, DatabaseConfig config, String name) {
    Supplier<Future<String>> schema =
        config
            .schema()
            .<Supplier<Future<String>>>map(given -> () -> Future.succeededFuture(given))
            .orElseGet(() -> foundSchema(vertx, reached, config));
    return () ->
        reached
            .get()
            .compose(found -> schema.get().map(named -> session(found, config, name, named)));
  }

  private static PgConnectOptions session(
      PgConnectOptions server, DatabaseConfig config, String name, String schema) {
    var session =
        new PgConnectOptions(server).setCachePreparedStatements(true).setPipeliningLimit(64);
    session.setProperties(
        Map.of(
            "application_name", name,
            "search_path", schema,
            "client_encoding", "utf-8",
            "TimeZone", "UTC",
            "DateStyle", "ISO",
            "statement_timeout", Long.toString(config.statementTimeout().toMillis()),
            // The server ends transactions of a process that was paused or cut off: their locks
            // must not outlive a lease.
            "idle_in_transaction_session_timeout", "2000"));
    return session;
  }

  /** Looks the schema up before the first connection; after a failure the next one tries again. */
  private static Supplier<Future<String>> foundSchema(
      Vertx vertx, Supplier<Future<PgConnectOptions>> reached, DatabaseConfig config) {
    return new Supplier<>() {
      private Future<String> found;

      @Override
      public synchronized Future<String> get() {
        if (found == null || found.failed()) {
          found =
              reached
                  .get()
                  .compose(server -> find(vertx, server))
                  .timeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
        return found;
      }
    };
  }

  private static Future<String> find(Vertx vertx, PgConnectOptions server) {
    return PgConnection.connect(vertx, server)
        .compose(
            connection ->
                connection
                    .query(SchemaName.QUERY)
                    .execute()
                    .map(rows -> rows.iterator().next().getString(0))
                    .eventually(connection::close))
        .map(found -> found == null ? SchemaName.DEFAULT : found);
  }
}
