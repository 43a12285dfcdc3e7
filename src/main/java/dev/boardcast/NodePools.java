package dev.boardcast;

import dev.boardcast.database.Pools;
import dev.boardcast.database.WriterLocator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;

/**
 * The pools of connections to PostgreSQL that a node has all the time. With those of heartbeat and
 * notifications they have {@code pg-pool-size} connections. Thread safe.
 */
record NodePools(Pool requests, Pool background, Pool log, Pool boardFiles) {
  private static final int BOARD_FILE_CONNECTIONS = 2;
  private static final int LOG_CONNECTIONS = 2;
  private static final int HEARTBEAT_AND_NOTIFICATIONS = 2;

  static NodePools of(Vertx vertx, NodeOptions options, WriterLocator writer) {
    int rest =
        options.db().poolSize()
            - BOARD_FILE_CONNECTIONS
            - LOG_CONNECTIONS
            - HEARTBEAT_AND_NOTIFICATIONS;
    int background = Math.max(1, rest / 2);
    return new NodePools(
        pool(vertx, options, writer, "requests", rest - background),
        pool(vertx, options, writer, "background", background),
        pool(vertx, options, writer, "log", LOG_CONNECTIONS),
        Pools.readPool(
            vertx, options.db(), name(options, "board-files"), BOARD_FILE_CONNECTIONS, writer));
  }

  /** Its name is the {@code application_name} of its connections. */
  static Pool pool(Vertx vertx, NodeOptions options, WriterLocator writer, String job, int size) {
    return Pools.pool(vertx, options.db(), name(options, job), size, writer);
  }

  private static String name(NodeOptions options, String job) {
    return "boardcast-" + options.name() + " " + job;
  }

  /** Each is tried even if another fails. */
  Future<Void> close() {
    return background
        .close()
        .transform(before -> log.close())
        .transform(before -> boardFiles.close())
        .transform(before -> requests.close());
  }
}
