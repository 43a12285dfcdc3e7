package dev.boardcast.gateway.session;

import dev.boardcast.auth.revocation.AccessRefusal;
import dev.boardcast.engine.ProductVersion;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import dev.boardcast.web.audit.FailedLogin;
import dev.boardcast.web.limits.AuthenticationFailures;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Checks the tokens of sessions, and lets these go live. The next messages of a session are read
 * after the answer to its token. One event loop.
 */
final class SessionAuthentication {
  private final String node;
  private final GatewayLoop loop;
  private final PrincipalResolver principals;
  private final SubscriptionManager subscriptions;
  private final SessionRegistry sessions;
  private final UnansweredRequests unanswered;
  private final TeamRefresher teams;
  private final RequestedTopics requested;
  private final Consumer<FailedLogin> failedLogins;

  SessionAuthentication(
      String node,
      GatewayLoop loop,
      PrincipalResolver principals,
      SubscriptionManager subscriptions,
      SessionRegistry sessions,
      UnansweredRequests unanswered,
      TeamRefresher teams,
      RequestedTopics requested,
      Consumer<FailedLogin> failedLogins) {
    this.node = node;
    this.loop = loop;
    this.principals = principals;
    this.subscriptions = subscriptions;
    this.sessions = sessions;
    this.unanswered = unanswered;
    this.teams = teams;
    this.requested = requested;
    this.failedLogins = failedLogins;
  }

  /** Checks a token: the first one of a session, or one that renews it. */
  void authenticate(Session session, String token) {
    Future<SessionState.Live> answer = principals.authenticate(token);
    // A token that is known is answered in this turn, and costs no system calls.
    if (!answer.isComplete()) {
      session.transport().pause();
      if (session.isOpening()) unanswered.addAuthentication(session);
    }
    answer.onComplete(
        live -> {
          if (session.isClosing()) return;
          onAuthenticated(session, live);
          // Else when teams are known: resuming may bring further messages at once.
          if (session.isSettled()) session.transport().resume();
        },
        failure -> {
          if (session.isClosing()) return;
          session.transport().resume();
          onAuthenticationFailed(session, failure);
        });
  }

  private void onAuthenticated(Session session, SessionState.Live live) {
    Principal claimed = live.claimed().orElseThrow();
    // Again, and in the turn in which the session goes live: a sweep finds it from now on.
    Optional<AccessRefusal> refusal = principals.access().refusal(claimed);
    if (refusal.isPresent()) {
      AccessSweep.close(session, refusal.get());
      if (!refusal.get().isTemporary()) {
        failed(session, claimed.user(), CloseCode.NOT_AUTHENTICATED, refusal.get().text());
      }
      return;
    }
    Optional<Principal> before = session.claimed();
    if (before.isPresent() && !before.get().user().equals(claimed.user())) {
      session.close(CloseCode.FORBIDDEN, "the token is another user's");
      return;
    }
    if (!session.acquirePermit(claimed.user())) {
      session.close(CloseCode.TRY_LATER, "too many sessions of one user");
      return;
    }
    if (before.isPresent() && before.get().equals(claimed)) {
      // The same token again: teams are read only if they are still needed.
      acknowledge(session, live);
      if (!session.isSettled()) teams.refresh(session);
      return;
    }
    sessions.assign(session, claimed.user());
    boolean renewed = !session.isOpening();
    if (renewed) subscriptions.suspendUsersAndTeams(session);
    session.startTeamRead();
    begin(session, live);
    if (renewed) {
      subscriptions.recheck(session);
      teams.refresh(session);
    }
  }

  private void onAuthenticationFailed(Session session, Throwable failure) {
    if (failure instanceof Authenticator.Unauthenticated
        && session.permit().isOverRefusedTokens()) {
      session.close(
          CloseCode.TOO_MANY, "too many invalid tokens (" + AuthenticationFailures.SETTING + ")");
      failed(session, null, CloseCode.TOO_MANY, failure.getMessage());
    } else if (failure instanceof Authenticator.Unauthenticated) {
      session.close(CloseCode.NOT_AUTHENTICATED, failure.getMessage());
      failed(session, null, CloseCode.NOT_AUTHENTICATED, failure.getMessage());
    } else if (session.isOpening()) {
      session.close(CloseCode.TRY_LATER, "the token cannot be checked now");
    } else {
      session.sendError(ErrorCode.UNAVAILABLE, "the token could not be checked now", null);
    }
  }

  private void failed(Session session, String user, CloseCode code, String reason) {
    ClientInfo client = session.client();
    failedLogins.accept(
        new FailedLogin(
            user,
            client.address(),
            client.userAgent(),
            session.dialect().sendsResumePoints() ? "sse" : "websocket",
            code.number(),
            reason,
            session.id()));
  }

  /** Lets a session go live, and subscribes it to what has waited for that. */
  void begin(Session session, SessionState.Live live) {
    List<TopicRequest> requests = session.pending().untilAuthenticated();
    // Such a client reads a close code as the status of its response, if nothing was sent before.
    if (session.dialect().sendsResumePoints()) {
      Optional<CloseCode> refusal = subscriptions.refusalOfAll(requests, live.principal());
      if (refusal.isPresent()) {
        session.close(refusal.get());
        return;
      }
    }
    session.goLive(live);
    acknowledge(session, live);
    if (session.dialect().startsAtAck()) requests = subscriptions.startingNow(requests);
    session.setPending(session.pending().withUntilAuthenticated(List.of()));
    requested.subscribe(session, requests);
    if (session.dialect().isSingleBoard() && session.subscriptions().size() == 0) {
      session.close(CloseCode.FORBIDDEN);
    }
  }

  private void acknowledge(Session session, SessionState.Live live) {
    session
        .dialect()
        .ack(session.id(), node, ProductVersion.CURRENT, loop.time(), live.principal())
        .ifPresent(session::send);
  }
}
