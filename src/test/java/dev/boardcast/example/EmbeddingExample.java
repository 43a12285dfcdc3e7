package dev.boardcast.example;

import dev.boardcast.Boardcast;
import dev.boardcast.BoardcastOptions;
import dev.boardcast.Boards;
import dev.boardcast.ClusteredVertx;
import dev.boardcast.Role;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Embeds Boardcast in a Vert.x application. */
final class EmbeddingExample {
  private EmbeddingExample() {}

  /** A node with the built-in boards. */
  static Future<Boardcast> start(Vertx vertx, String postgres, String redis, String secret) {
    var options = BoardcastOptions.local(postgres, redis, secret);
    return Boardcast.deploy(vertx, options, Boards.BUILT_IN)
        .onSuccess(node -> System.out.println("http://127.0.0.1:" + node.httpPort()));
  }

  /** A Vert.x that is a member of a cluster; an application with a clustered one uses its own. */
  static Future<Vertx> join(BoardcastOptions options) {
    return ClusteredVertx.vertx(options, new VertxOptions(), Vertx.builder());
  }

  /** A node that serves client connections only. */
  static Future<Vertx> joinByOwnMeans(BoardcastOptions options, ClusterManager manager) {
    VertxOptions secured = options.secure(new VertxOptions());
    return Vertx.builder().with(secured).withClusterManager(manager).buildClustered();
  }

  static Future<Boardcast> startGateway(Vertx clustered, BoardcastOptions config) {
    var gateway = config.roles(Role.GATEWAY);
    return Boardcast.deploy(clustered, gateway, Boards.BUILT_IN);
  }

  /** A node with a board of the application's own. */
  static Future<Boardcast> startWithOwnBoard(Vertx vertx, BoardcastOptions config) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.add(new DeploysModule());
    return Boardcast.deploy(vertx, config, boards);
  }

  /** A node with the boards of files. */
  static Future<Boardcast> startWithFiles(Vertx vertx, BoardcastOptions config, Path directory) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    return Boardcast.deploy(vertx, config, boards);
  }

  /** Writes a row of the application and its event in one transaction. */
  static Future<Void> announce(Pool pool, EventPublisher events, String text) {
    var event =
        new NewEvent(
            UUID.randomUUID(),
            "announcement",
            List.of("news"),
            RawJson.encode(Map.of("text", text)),
            Instant.now());
    return pool.withTransaction(
            tx ->
                tx.preparedQuery("INSERT INTO announcement (text) VALUES ($1)")
                    .execute(Tuple.of(text))
                    .compose(inserted -> events.append(tx, List.of(event))))
        .onSuccess(committed -> events.committed(List.of(event)));
  }
}
