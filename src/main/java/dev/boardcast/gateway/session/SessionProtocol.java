package dev.boardcast.gateway.session;

import dev.boardcast.auth.revocation.AccessChange;
import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.MalformedMessage;
import dev.boardcast.gateway.transport.Transport;
import java.util.List;
import java.util.Optional;

/**
 * Runs the protocol of all sessions of one event loop: opens them, and has their messages carried
 * out. One event loop.
 */
public final class SessionProtocol {
  private final GatewayLoop loop;
  private final PrincipalResolver principals;
  private final SubscriptionManager subscriptions;
  private final SessionRegistry sessions;
  private final TeamRefresher teams;
  private final RequestedTopics requested;
  private final SessionAuthentication authentication;
  private final PublishHandler publishing;
  private final PresenceHandler presence;
  private final RequestAnswers answers;

  public SessionProtocol(
      String node,
      GatewayLoop loop,
      PrincipalResolver principals,
      SubscriptionManager subscriptions,
      SessionRegistry sessions,
      UnansweredRequests unanswered,
      PublishHandler publishing,
      PresenceHandler presence,
      GatewayServices services) {
    this.loop = loop;
    this.principals = principals;
    this.subscriptions = subscriptions;
    this.sessions = sessions;
    this.publishing = publishing;
    this.presence = presence;
    this.answers =
        new RequestAnswers(
            services.topics(), services.topicHistory(), principals, subscriptions, loop);
    this.teams = new TeamRefresher(loop, principals, subscriptions, sessions, publishing);
    this.requested = new RequestedTopics(loop, subscriptions, unanswered, teams);
    this.authentication =
        new SessionAuthentication(
            node,
            loop,
            principals,
            subscriptions,
            sessions,
            unanswered,
            teams,
            requested,
            services.failedLogins());
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
      authentication.authenticate(session, token.get());
    } else if (!endpoint.needsToken()) {
      authentication.begin(session, SessionState.Live.ANONYMOUS);
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
      authentication.authenticate(session, auth.token());
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
    } else if (message instanceof ClientMessage.Presence present) {
      presence.onMessage(session, present);
    } else if (message instanceof ClientMessage.State state) {
      answers.state(session, state.id());
    } else if (message instanceof ClientMessage.History history) {
      answers.history(session, history);
    } else if (message instanceof ClientMessage.Invalid invalid) {
      answers.refuse(session, invalid);
    } else if (message instanceof ClientMessage.Subscribe subscribe) {
      requested.onSubscribe(session, subscribe.topics());
    } else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
      requested.onUnsubscribe(session, unsubscribe.topics());
    }
  }
}
