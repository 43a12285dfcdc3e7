package dev.boardcast.gateway;

import dev.boardcast.gateway.TopicCatalogue.Verdict;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Serves who is present on a topic, to those who may see it on a socket. */
public final class PresenceRoutes implements Routes {
  private static final int MAX_TOPIC = BoardPart.MAX_NAME;

  private final TopicCatalogue topics;
  private final TeamMemberships memberships;
  private final PresenceRegistry presence;

  public PresenceRoutes(
      TopicCatalogue topics, TeamMemberships memberships, PresenceRegistry presence) {
    this.topics = topics;
    this.memberships = memberships;
    this.presence = presence;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/presence/:topic").setName("readPresence").handler(this::read);
  }

  private void read(RoutingContext context) {
    QueryParameters.of(context);
    String topic = context.pathParam("topic");
    if (topic.length() > MAX_TOPIC) {
      throw Problem.invalid("topic", "a topic of 1 to " + MAX_TOPIC + " characters");
    }
    viewer(context, topic)
        .onSuccess(
            viewer -> {
              if (topics.findPresence(topic, viewer) instanceof Verdict.Refused refused) {
                context.fail(problem(refused));
              } else {
                JsonResponse.json(context, 200, presence.list(topic));
              }
            })
        .onFailure(context::fail);
  }

  private Future<Optional<Principal>> viewer(RoutingContext context, String topic) {
    Optional<Principal> caller = RequestPrincipal.of(context);
    return caller.isEmpty() || !topics.isOfTeams(topic)
        ? Future.succeededFuture(caller)
        : memberships.resolve(caller.get()).map(Optional::of);
  }

  private static Problem problem(Verdict.Refused refused) {
    return switch (refused.code()) {
      case NOT_AUTHENTICATED ->
          Problem.unauthenticated("this needs a token: Authorization: Bearer <jwt>");
      case UNKNOWN_TOPIC -> Problem.notFound("a topic of this name");
      case INVALID -> Problem.invalid("topic", "the topic of a board or of one stream");
      default -> Problem.forbidden("you may not see who is there");
    };
  }
}
