package dev.boardcast;

import dev.boardcast.database.CertificateCheck;
import dev.boardcast.database.Pools;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;

/** The pools of connections to PostgreSQL that a node has all the time. Thread safe. */
record NodePools(Pool requests, Pool background, Pool log, Pool boardFiles) {
  private static final int BOARD_FILE_CONNECTIONS = 4;
  private static final int LOG_CONNECTIONS = 4;
  private static final int MIN_BACKGROUND_CONNECTIONS = 6;

  static NodePools of(Vertx vertx, NodeOptions options, CertificateCheck check) {
    int connections = options.db().poolSize();
    return new NodePools(
        pool(vertx, options, check, "requests", connections),
        pool(
            vertx,
            options,
            check,
            "background",
            Math.max(MIN_BACKGROUND_CONNECTIONS, connections / 2)),
        pool(vertx, options, check, "log", LOG_CONNECTIONS),
        pool(vertx, options, check, "board-files", BOARD_FILE_CONNECTIONS));
  }

  /** Its name is the {@code application_name} of its connections. */
  static Pool pool(Vertx vertx, NodeOptions options, CertificateCheck check, String job, int size) {
    String name = "boardcast-" + options.name() + " " + job;
    return Pools.pool(vertx, options.db(), name, size, check);
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
