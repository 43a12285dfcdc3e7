package dev.boardcast.gateway.session;

import dev.boardcast.auth.revocation.AccessChange;
import dev.boardcast.auth.revocation.AccessRefusal;
import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.MalformedMessage;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.transport.Transport;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import dev.boardcast.web.audit.FailedLogin;
import dev.boardcast.web.limits.AuthenticationFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs the protocol of all sessions of one event loop: opens them, authenticates them, and carries
 * out their messages. One event loop.
 */
public final class SessionProtocol {
  private final String node;
  private final GatewayLoop loop;
  private final PrincipalResolver principals;
  private final SubscriptionManager subscriptions;
  private final SessionRegistry sessions;
  private final UnansweredRequests unanswered;
  private final TeamRefresher teams;
  private final PublishHandler publishing;
  private final Consumer<FailedLogin> failedLogins;
  private final RequestAnswers answers;

  public SessionProtocol(
      String node,
      GatewayLoop loop,
      PrincipalResolver principals,
      SubscriptionManager subscriptions,
      SessionRegistry sessions,
      UnansweredRequests unanswered,
      PublishHandler publishing,
      GatewayServices services) {
    this.publishing = publishing;
    this.node = node;
    this.loop = loop;
    this.principals = principals;
    this.subscriptions = subscriptions;
    this.sessions = sessions;
    this.unanswered = unanswered;
    this.failedLogins = services.failedLogins();
    this.answers =
        new RequestAnswers(
            services.topics(), services.topicHistory(), principals, subscriptions, loop);
    this.teams = new TeamRefresher(loop, principals, subscriptions, sessions, publishing);
  }

  /**
   * Opens a session on a new connection: at once, or when its token was accepted, where it has one
   * or the endpoint needs one. The session releases the permit.
   */
  public void open(
      Transport transport,
      Endpoint endpoint,
      Optional<String> token,
      SessionPermit permit,
      ClientInfo client) {
    var session = new Session(transport, endpoint, permit, client, loop, this);
    transport.attach(session);
    if (session.isClosing()) return;
    sessions.add(session);
    session.timers().checkSoon();
    if (token.isPresent()) {
      authenticate(session, token.get());
    } else if (!endpoint.needsToken()) {
      begin(session, SessionState.Live.ANONYMOUS);
    }
  }

  /** The teams of a user have changed, according to the event log. */
  public void teamsChanged(String user) {
    teams.changed(user);
  }

  /** The teams of a user have changed, according to a hint, which may be early or lost. */
  public void teamsChangeHinted(String user) {
    teams.hint(user);
  }

  /** Changes of teams may have been missed. */
  public void anyTeamsChanged() {
    teams.anyChanged();
  }

  /** Sessions may have lost their access: those that have are closed, 4401. */
  public void accessChanged(AccessChange change) {
    List<Session> concerned =
        change.users().isEmpty()
            ? sessions.all()
            : change.users().stream().flatMap(user -> sessions.of(user).stream()).toList();
    AccessSweep.begin(loop, principals.access(), change, concerned);
  }

  /** The rules of streams have changed: sessions lose the topics that they may no longer see. */
  public void rulesChanged() {
    RuleSweep.begin(loop, subscriptions, teams, sessions.all());
  }

  /** The first sessions that an operator asks for, and one more if there are more. */
  public List<SessionList.Entry> find(SessionRequest request) {
    return SessionDescriptions.find(sessions, request);
  }

  /** Ends a session for an operator, 4403; empty when it is none of this event loop. */
  public Optional<SessionList.Entry> end(String session) {
    return SessionDescriptions.end(sessions, session);
  }

  /** Where the session can resume in all its streams; null while that is not known. */
  String resumePoint(Session session) {
    return subscriptions.resumePoint(session);
  }

  void onMessage(Session session, String text) {
    ClientMessage message;
    try {
      message = session.dialect().read(text);
    } catch (MalformedMessage malformed) {
      session.close(CloseCode.MALFORMED, malformed.getMessage());
      return;
    }
    if (message instanceof ClientMessage.Auth auth) {
      authenticate(session, auth.token());
    } else if (message instanceof ClientMessage.Ping) {
      session.dialect().pong(loop.time()).ifPresent(session::send);
    } else if (message instanceof ClientMessage.Unknown unknown) {
      session.dialect().unknown(unknown, loop.time()).ifPresent(session::send);
    } else if (!(message instanceof ClientMessage.Ignored)) {
      onTopics(session, message);
    }
  }

  /** The session sends nothing more; its connection may still be closing. */
  void onClosing(Session session) {
    subscriptions.removeAll(session);
    sessions.unassign(session);
  }

  void onClosed(Session session) {
    onClosing(session);
    sessions.remove(session);
  }

  private void publish(Session session, ClientMessage.Publish message) {
    if (publishing.publish(session, message)) return;
    // The client's next messages are answered after this one.
    session.transport().pause();
    teams.refresh(session);
  }

  private void onTopics(Session session, ClientMessage message) {
    if (session.isOpening()) {
      session.close(CloseCode.NOT_AUTHENTICATED, "a token is needed first");
    } else if (message instanceof ClientMessage.Publish published) {
      publish(session, published);
    } else if (message instanceof ClientMessage.InvalidPublish invalid) {
      publishing.refuse(session, invalid.refusal());
    } else if (message instanceof ClientMessage.State state) {
      answers.state(session, state.id());
    } else if (message instanceof ClientMessage.History history) {
      answers.history(session, history);
    } else if (message instanceof ClientMessage.Invalid invalid) {
      answers.refuse(session, invalid);
    } else if (message instanceof ClientMessage.Subscribe subscribe) {
      if (session.timers().countTopics(subscribe.topics().size())) {
        session.close(CloseCode.TOO_MANY, "too many topics at once");
      } else {
        subscribe(session, subscribe.topics());
      }
    } else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
      session.setPending(session.pending().cancelUntilTeams(unsubscribe.topics()));
      unsubscribe.topics().forEach(topic -> subscriptions.unsubscribe(session, topic));
    }
  }

  /** Subscribes at once to what does not depend on teams, and to the rest when these are known. */
  private void subscribe(Session session, List<TopicRequest> requests) {
    if (session.teamsKnown()) {
      subscriptions.subscribe(session, requests, loop.now());
      return;
    }
    var dependent = new ArrayList<TopicRequest>();
    var independent = new ArrayList<TopicRequest>();
    for (TopicRequest request : requests) {
      (subscriptions.waitsForTeams(request.topic()) ? dependent : independent).add(request);
    }
    if (!dependent.isEmpty()) awaitTeams(session, dependent);
    subscriptions.subscribe(session, independent, loop.now());
    if (dependent.isEmpty() || session.isClosing()) return;
    // The client's next messages are answered after this one.
    session.transport().pause();
    teams.refresh(session);
    unanswered.addTeams(session, session.pending().untilTeams());
  }

  private void awaitTeams(Session session, List<TopicRequest> requests) {
    session.startToWaitForTeams();
    PendingTopics pending =
        session.pending().cancelUntilTeams(requests.stream().map(TopicRequest::topic).toList());
    var waiting = new ArrayList<>(pending.untilTeams());
    waiting.addAll(requests);
    int count = Math.min(waiting.size(), loop.config().maxSubscriptions());
    session.setPending(pending.withUntilTeams(waiting.subList(0, count)));
    subscriptions.refuseTooMany(session, waiting.subList(count, waiting.size()));
  }

  private void authenticate(Session session, String token) {
    session.transport().pause();
    if (session.isOpening()) unanswered.addAuthentication(session);
    principals
        .authenticate(token)
        .onComplete(
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

  private void begin(Session session, SessionState.Live live) {
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
    subscribe(session, requests);
    if (session.dialect().isSingleBoard() && session.subscriptions().size() == 0) {
      session.close(CloseCode.FORBIDDEN);
    }
  }

  private void acknowledge(Session session, SessionState.Live live) {
    session
        .dialect()
        .ack(session.id(), node, loop.time(), live.principal())
        .ifPresent(session::send);
  }
}
