package dev.boardcast.cli;

import dev.boardcast.BoardcastConfig;
import dev.boardcast.board.BoardModule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

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
     * @param boards all of them
     * @param demo whether made-up traffic is wanted
     * @return completes when the node is ready; fails with a message for the operator, a {@link
     *     dev.boardcast.board.file.BadBoardFile} where that is at fault
     */
    Future<Node> start(Vertx vertx, BoardcastConfig config, List<BoardModule> boards, boolean demo);
  }
}
