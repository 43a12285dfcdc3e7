package dev.boardcast.boards.routing;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.Collections;

/** The routing board and its facts, for tests of other packages. */
public final class RoutingDecisions {
  private RoutingDecisions() {}

  /** Without budgets. */
  public static Board board() {
    return new RoutingBoard(null);
  }

  /** Stores decisions, as the API does. */
  public static Future<?> add(BoardContext context, int count) {
    var decision = Decision.of("s", "p", null, null, new BigDecimal("0.1"), null, null);
    return RoutingModule.DECISIONS
        .sink(context, RoutingBoard.NAME)
        .store(Collections.nCopies(count, decision));
  }
}
