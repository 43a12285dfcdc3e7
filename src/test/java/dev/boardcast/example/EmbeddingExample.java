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
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a Vert.x application does to have Boardcast inside. */
final class EmbeddingExample {
  private EmbeddingExample() {}

  /** A node with the boards that come along. */
  static Future<Boardcast> start(Vertx vertx, String postgres, String redis, String secret) {
    var options = BoardcastOptions.local(postgres, redis, secret);
    return Boardcast.deploy(vertx, options, Boards.BUILT_IN)
        .onSuccess(node -> System.out.println("http://127.0.0.1:" + node.httpPort()));
  }

  /** A Vert.x that is a member of a cluster; a host that has one uses its own. */
  static Future<Vertx> join(BoardcastOptions options) {
    return ClusteredVertx.vertx(options, new VertxOptions(), Vertx.builder());
  }

  /** A node that holds connections and does nothing else. */
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

  /** A node with the boards that files make. */
  static Future<Boardcast> startWithFiles(Vertx vertx, BoardcastOptions config, Path directory) {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    return Boardcast.deploy(vertx, config, boards);
  }

  /** A row of the application's own and its event: both are there, or neither. */
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
