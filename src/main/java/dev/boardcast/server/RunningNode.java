package dev.boardcast.server;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.spi.BoardModule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** Boardcast running in this process. */
public interface RunningNode {
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
     *     dev.boardcast.boards.yaml.InvalidBoardFileException} where that is at fault
     */
    Future<RunningNode> start(
        Vertx vertx, BoardcastOptions config, List<BoardModule> boards, boolean demo);
  }
}
