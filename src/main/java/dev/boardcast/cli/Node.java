package dev.boardcast.cli;

import dev.boardcast.BoardcastConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Boardcast running in this process. */
public interface Node {
  /** The port that is really listened on. */
  int httpPort();

  /** Lets sessions go and finishes what it holds. */
  Future<Void> close();

  /** Completes when it has closed, also when an operator told it to leave. */
  Future<Void> closed();

  /** Deploys it. */
  @FunctionalInterface
  interface Starter {
    /**
     * @param demo whether made-up traffic is wanted
     * @return completes when the node is ready; fails with a message for the operator
     */
    Future<Node> start(Vertx vertx, BoardcastConfig config, boolean demo);
  }
}
