package dev.boardcast.engine;

import dev.boardcast.engine.PartAccess.Outcome;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The board that a request is for: the whole one, or the part that its parameters and its token
 * say.
 *
 * @param board the part where the request is for one
 * @param isPinned whether the answer depends on who asks
 */
public record RequestedBoard(Board board, boolean isPinned) {
  /**
   * Resolves a request for a board that its caller may see, which then may have its parameters.
   *
   * @throws Problem 400 naming a parameter, 401 without a token, 403 for a value that is not the
   *     caller's
   */
  public static RequestedBoard of(RoutingContext context, Board board) {
    if (board.parts().isEmpty()) return new RequestedBoard(board, false);
    BoardParts parts = board.parts().get();
    List<BoardParameter> parameters = parts.parameters();
    var names = parameters.stream().map(BoardParameter::name).toList();
    QueryParameters.allow(context, names);
    Map<String, String> given = given(context, names);
    var outcome = PartAccess.resolve(board.name(), parameters, given, RequestPrincipal.of(context));
    boolean isPinned = parts.isPinned();
    if (outcome.part().isPresent()) {
      BoardPart part = outcome.part().get();
      Board shown = part.values().isEmpty() ? board : parts.board(part);
      return new RequestedBoard(shown, isPinned);
    }
    if (outcome instanceof Outcome.Invalid wrong) {
      throw Problem.invalid(wrong.parameter(), wrong.expected());
    }
    if (outcome instanceof Outcome.Forbidden refused) throw Problem.forbidden(refused.message());
    RequestPrincipal.require(context);
    throw new IllegalStateException("a token was needed, and there is one");
  }

  private static Map<String, String> given(RoutingContext context, List<String> names) {
    Map<String, String> given = new HashMap<>();
    for (String name : names) {
      List<String> values = context.queryParams().getAll(name);
      if (values.size() > 1) throw Problem.invalid(name, "at most one value");
      if (!values.isEmpty()) given.put(name, values.get(0));
    }
    return given;
  }
}
