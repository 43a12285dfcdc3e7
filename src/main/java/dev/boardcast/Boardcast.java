package dev.boardcast;

import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;

/**
 * The door for embedders: one node of Boardcast inside a Vert.x application. Clustered when the
 * given Vert.x is. Safe to use from any thread.
 *
 * <pre>{@code
 * Boardcast.deploy(vertx, BoardcastOptions.local(db, auth), Boards.BUILT_IN)
 *     .onSuccess(node -> System.out.println("http://127.0.0.1:" + node.httpPort()));
 * }</pre>
 */
public final class Boardcast {
  private final NodeAssembly house;

  private Boardcast(NodeAssembly house) {
    this.house = house;
  }

  /**
   * Brings the schema up to date and deploys what the configured roles ask for.
   *
   * @param boards such as {@link Boards#BUILT_IN}; names are unique
   * @return completes when the node takes traffic; when it fails, everything is undeployed again,
   *     and the given Vert.x goes on
   */
  public static Future<Boardcast> deploy(
      Vertx vertx, BoardcastOptions config, List<BoardModule> boards) {
    return deploy(vertx, config, boards, Clock.systemUTC());
  }

  /** As {@link #deploy(Vertx, BoardcastOptions, List)}, by another clock. */
  public static Future<Boardcast> deploy(
      Vertx vertx, BoardcastOptions config, List<BoardModule> boards, Clock clock) {
    return JwtAuthenticator.start(vertx, config.auth())
        .compose(
            authenticator -> {
              try {
                return open(new NodeAssembly(vertx, config, boards, authenticator, clock));
              } catch (RuntimeException unusable) {
                return authenticator.close().transform(closed -> Future.failedFuture(unusable));
              }
            });
  }

  private static Future<Boardcast> open(NodeAssembly house) {
    return house
        .open()
        .map(opened -> new Boardcast(house))
        .recover(failure -> house.close().transform(closed -> Future.failedFuture(failure)));
  }

  /** The bound port; every path is reachable here. */
  public int httpPort() {
    return house.info().httpPort();
  }

  /** The bound port of the gateway alone, 0 on a node without that role. */
  public int gatewayPort() {
    return house.info().gatewayPort();
  }

  /** Publishes events of the application's own, on this node's database. */
  public EventPublisher events() {
    return house.events();
  }

  /** What {@code /health/ready} says of this node. */
  public NodeInfo info() {
    return house.info();
  }

  /**
   * Completes when this node has closed, whether by {@link #close} or because an operator told it
   * to leave.
   */
  public Future<Void> closed() {
    return house.closed();
  }

  /**
   * Takes no new clients, sends the others away, finishes what it holds and gives back its leases.
   * The given Vert.x stays open.
   */
  public Future<Void> close() {
    return house.close();
  }
}
