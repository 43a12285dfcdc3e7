package dev.boardcast.cli;

import dev.boardcast.BoardcastConfig;
import dev.boardcast.BoardsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Boardcast running in this process. */
public interface Node {
  /** The port that is really listened on. */
  int httpPort();

  /** Lets sessions go and finishes what it holds. */
  Future<Void> close();

  /** Deploys it. */
  @FunctionalInterface
  interface Starter {
    /**
     * @param demo whether made-up traffic is wanted
     * @return completes when the node is ready; fails with a message for the operator
     */
    Future<Node> start(Vertx vertx, BoardcastConfig config, BoardsConfig boards, boolean demo);
  }
}
