package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TeamResponder.id;
import static dev.boardcast.boards.tasks.TeamResponder.user;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The HTTP routes of invitations: below a team for its owners, and below {@code /invitations} for
 * the invited user.
 */
final class InvitationRoutes implements Routes {
  private final BoardContext board;
  private final InvitationStore invitations = new InvitationStore();
  private final TeamResponder responder;

  InvitationRoutes(BoardContext board) {
    this.board = board;
    this.responder = new TeamResponder(board);
  }

  @Override
  public void mount(Router router) {
    EarlyCheck.on(
            TeamActs.on(router.post("/api/v1/teams/:id/invitations"), "user_invited"),
            RequestPrincipal::require)
        .setName("inviteToTeam")
        .handler(this::invite);
    router
        .get("/api/v1/teams/:id/invitations")
        .setName("listTeamInvitations")
        .handler(this::ofTeam);
    TeamActs.on(router.delete("/api/v1/teams/:id/invitations/:user"), "invitation_withdrawn")
        .setName("withdrawInvitation")
        .handler(this::withdraw);
    router.get("/api/v1/invitations").setName("listInvitations").handler(this::ofCaller);
    TeamActs.on(router.post("/api/v1/invitations/:id/accept"), "invitation_accepted")
        .setName("acceptInvitation")
        .handler(this::accept);
    TeamActs.on(router.delete("/api/v1/invitations/:id"), "invitation_declined")
        .setName("declineInvitation")
        .handler(this::decline);
  }

  private void invite(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    String user = JsonBody.read(context, UserRef.class).userId();
    TeamActs.target(context, id, "user:" + user);
    responder.respond(
        context, (caller, tx) -> invitations.invite(tx, caller, id, user), TeamResponder::created);
  }

  private void ofTeam(RoutingContext context) {
    QueryParameters.of(context);
    invitations
        .ofTeam(board.pool(), RequestPrincipal.require(context), id(context))
        .onSuccess(found -> JsonResponse.json(context, 200, new Page<>(found, null)))
        .onFailure(context::fail);
  }

  private void withdraw(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    String user = user(context);
    responder.respond(
        context,
        (caller, tx) -> invitations.withdraw(tx, caller, id, user),
        TeamResponder::nothing);
  }

  private void ofCaller(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    QueryParameters.of(context);
    invitations
        .ofCaller(board.pool(), caller)
        .onSuccess(found -> JsonResponse.json(context, 200, new Page<>(found, null)))
        .onFailure(context::fail);
  }

  private void accept(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    responder.respond(
        context, (caller, tx) -> invitations.accept(tx, caller, id), TeamResponder::nothing);
  }

  private void decline(RoutingContext context) {
    QueryParameters.of(context);
    String id = id(context);
    responder.respond(
        context, (caller, tx) -> invitations.decline(tx, caller, id), TeamResponder::nothing);
  }
}
