package dev.boardcast.boards.tasks;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.util.function.Function;

/**
 * Runs a change of a team for a request and responds: the change and its events are one
 * transaction, so that no gateway can miss them. After the commit, the gateways are told whose
 * memberships changed, and check the open sessions of these users again.
 */
final class TeamResponder {
  private final BoardContext board;

  TeamResponder(BoardContext board) {
    this.board = board;
  }

  /** A change that a caller makes in a transaction. */
  @FunctionalInterface
  interface Act<T> {
    Future<TeamChange<T>> by(Principal caller, SqlClient tx);
  }

  <T> void respond(
      RoutingContext context, Act<T> act, Function<TeamChange<T>, StoredResponse> response) {
    var caller = RequestPrincipal.require(context);
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                act.by(caller, tx)
                    .compose(
                        change ->
                            board
                                .events()
                                .append(tx, change.events())
                                .map(
                                    appended ->
                                        new Written(
                                            response.apply(change), () -> committed(change)))));
  }

  private void committed(TeamChange<?> change) {
    board.events().committed(change.events());
    change.users().forEach(board::membershipsChanged);
  }

  /** 201 with the result of a change, or 200 if nothing changed. */
  static <T> StoredResponse created(TeamChange<T> change) {
    return StoredResponse.json(change.isChanged() ? 201 : 200, change.result());
  }

  /** 200 with the result of a change. */
  static <T> StoredResponse ok(TeamChange<T> change) {
    return StoredResponse.json(200, change.result());
  }

  /** 204. */
  static <T> StoredResponse nothing(TeamChange<T> change) {
    return StoredResponse.noContent();
  }

  /**
   * The team's id in the path.
   *
   * @throws Problem 400 when it is malformed
   */
  static String id(RoutingContext context) {
    String id = context.pathParam("id");
    if (!id.matches(FieldRules.ID)) throw Problem.invalid("id", FieldRules.ID_TEXT);
    return id;
  }

  /**
   * The user in the path.
   *
   * @throws Problem 400 when it is malformed
   */
  static String user(RoutingContext context) {
    String user = context.pathParam("user");
    if (!user.matches(FieldRules.USER)) throw Problem.invalid("user", FieldRules.USER_TEXT);
    return user;
  }
}
