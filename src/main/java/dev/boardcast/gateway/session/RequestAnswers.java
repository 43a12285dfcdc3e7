package dev.boardcast.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.engine.TopicHistory;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.Verdict;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Answers what a session asks of its own state and of the past of topics; nothing of the session
 * changes. A session has one request in progress: its next messages are read after the answer. One
 * event loop.
 */
final class RequestAnswers {
  private final TopicCatalogue topics;
  private final TopicHistory history;
  private final PrincipalResolver principals;
  private final SubscriptionManager subscriptions;
  private final GatewayLoop loop;

  RequestAnswers(
      TopicCatalogue topics,
      TopicHistory history,
      PrincipalResolver principals,
      SubscriptionManager subscriptions,
      GatewayLoop loop) {
    this.topics = topics;
    this.history = history;
    this.principals = principals;
    this.subscriptions = subscriptions;
    this.loop = loop;
  }

  void state(Session session, JsonNode id) {
    session.dialect().state(subscriptions.states(session), id).ifPresent(session::send);
  }

  void refuse(Session session, ClientMessage.Invalid request) {
    String message = request.field() + ": expected " + request.expected();
    refuse(session, ErrorCode.INVALID, message, request.field(), request.topic(), request.id());
  }

  void history(Session session, ClientMessage.History request) {
    session.transport().pause();
    principal(session, request.topic())
        .compose(viewer -> read(request, viewer))
        .onComplete(
            data -> {
              if (session.isClosing()) return;
              send(session, request, data);
              session.transport().resume();
            },
            failure -> {
              if (session.isClosing()) return;
              refuse(session, request, failure);
              session.transport().resume();
            });
  }

  /** With current teams where the topic depends on them. */
  private Future<Optional<Principal>> principal(Session session, String topic) {
    if (session.teamsKnown() || session.claimed().isEmpty() || !topics.isOfTeams(topic)) {
      return Future.succeededFuture(session.principal());
    }
    return principals.withCurrentTeams(session.claimed().get()).map(SessionState.Live::principal);
  }

  private Future<RawJson> read(ClientMessage.History request, Optional<Principal> viewer) {
    Verdict verdict = topics.findHistory(request.topic(), viewer);
    if (verdict instanceof Verdict.Refused refused)
      return Future.failedFuture(new Refusal(refused));
    return loop.calls()
        .call(
            () ->
                verdict instanceof Verdict.OfBoard found
                    ? history.ofBoard(found.feed(), request.parameters())
                    : history.ofStreams(
                        request.topic(),
                        ((Verdict.OfStreams) verdict).streams(),
                        request.parameters()));
  }

  private void send(Session session, ClientMessage.History request, RawJson data) {
    // What waits for a slow client is bounded: an answer must not fill it: live messages follow.
    int most = loop.config().maxQueue() / 2;
    if (data.text().length() > most) {
      String message = "more than " + most + " bytes: ask for less, or by HTTP";
      refuse(session, ErrorCode.TOO_LARGE, message, null, request.topic(), request.id());
      return;
    }
    session.dialect().history(request.topic(), data, request.id()).ifPresent(session::send);
  }

  private void refuse(Session session, ClientMessage.History request, Throwable failure) {
    if (failure instanceof Refusal refusal) {
      Verdict.Refused verdict = refusal.verdict;
      refuse(
          session,
          verdict.code(),
          verdict.message(),
          verdict.field(),
          request.topic(),
          request.id());
    } else if (failure instanceof Problem problem && !problem.errors().isEmpty()) {
      Problem.FieldError error = problem.errors().get(0);
      refuse(
          session,
          new ClientMessage.Invalid(
              error.field(), error.expected(), request.topic(), request.id()));
    } else {
      String message = "the history cannot be read now";
      refuse(session, ErrorCode.UNAVAILABLE, message, null, request.topic(), request.id());
    }
  }

  private static void refuse(
      Session session, ErrorCode code, String message, String field, String topic, JsonNode id) {
    session.dialect().refused(code, message, field, topic, id).ifPresent(session::send);
  }

  /** The viewer may not see the topic. */
  private static final class Refusal extends RuntimeException {
    private final transient Verdict.Refused verdict;

    Refusal(Verdict.Refused verdict) {
      super(verdict.message(), null, false, false);
      this.verdict = verdict;
    }
  }
}
