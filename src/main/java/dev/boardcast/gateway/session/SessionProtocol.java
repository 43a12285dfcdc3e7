package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.MalformedMessage;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What sessions and server say to each other: who is there, and what they want. One event loop. */
public final class SessionProtocol {
  private static final int RETRY_MILLIS = 1_000;
  private static final int SECOND = 1_000;
  private static final long CHECK_MILLIS = 300_000;
  private static final int CHECKS_PER_SECOND = 20;

  private final String node;
  private final GatewayLoop loop;
  private final SessionPrincipal identity;
  private final SubscriptionManager desk;
  private final SessionRegistry sessions;
  private long checksSince;
  private int checksLeft = CHECKS_PER_SECOND;

  public SessionProtocol(
      String node,
      GatewayLoop loop,
      SessionPrincipal identity,
      SubscriptionManager desk,
      SessionRegistry sessions) {
    this.node = node;
    this.loop = loop;
    this.identity = identity;
    this.desk = desk;
    this.sessions = sessions;
  }

  /** Takes a new connection in: its token is checked first, and waited for where one is needed. */
  public void open(Session session, Endpoint endpoint, Optional<String> token) {
    if (session.isClosing()) return;
    sessions.add(session);
    session.vigil().look();
    session.defer(endpoint.topics());
    if (token.isPresent()) {
      authenticate(session, token.get());
    } else if (!endpoint.needsToken()) {
      begin(session, SessionState.Live.ANONYMOUS);
    }
  }

  void said(Session session, String text) {
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
      session.dialect().pong().ifPresent(session::send);
    } else if (message instanceof ClientMessage.Unknown) {
      complain(session, ErrorCode.UNKNOWN_MESSAGE, "expected type ping or auth");
    } else if (!(message instanceof ClientMessage.Ignored)) {
      topics(session, message);
    }
  }

  /** Where the session stands in all it follows; null where that is not known. */
  String place(Session session) {
    return desk.place(session);
  }

  /** The user's teams may be others now. */
  public void principalChanged(String user) {
    for (Session session : List.copyOf(sessions.of(user))) checkTeams(session);
  }

  /**
   * Reads the session's teams, where something depends on them; until that has worked, nothing of
   * people's streams is sent, and everything else goes on.
   */
  void checkTeams(Session session) {
    Optional<Principal> claimed = session.claimed();
    if (claimed.isEmpty() || !session.needsTeams()) return;
    desk.hold(session);
    int check = session.beginCheck();
    identity
        .again(claimed.get())
        .onComplete(
            live -> {
              if (!session.isCheck(check)) return;
              session.live(live);
              desk.recheck(session);
              List<ClientMessage.Wanted> wanted = session.awaitingTeams();
              session.awaitTeams(List.of());
              desk.subscribe(session, wanted);
              session.outlet().resume();
            },
            failure -> {
              if (!session.isCheck(check)) return;
              if (session.takeWaitUntold()) desk.postpone(session, session.awaitingTeams());
              session.outlet().resume();
              loop.later(
                  RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS),
                  () -> {
                    if (session.isCheck(check)) checkTeams(session);
                  });
            });
  }

  /**
   * Looks after changes that the bus has lost: everybody's teams are read again now and then, of so
   * many sessions in a second.
   *
   * @return when it is this session's turn again
   */
  long checkTeamsInTurn(Session session, long now) {
    if (session.claimed().isEmpty() || !session.needsTeams()) return TimingWheel.NEVER;
    long due = session.checkedAt() + CHECK_MILLIS;
    if (now < due) return due;
    if (now - checksSince >= SECOND) {
      checksSince = now;
      checksLeft = CHECKS_PER_SECOND;
    }
    // Many are due then; each look costs as well.
    if (checksLeft == 0) return now + 10 * RETRY_MILLIS + randomUpTo(20 * RETRY_MILLIS);
    checksLeft--;
    checkTeams(session);
    return now + CHECK_MILLIS;
  }

  private static int randomUpTo(int millis) {
    return ThreadLocalRandom.current().nextInt(millis);
  }

  /** The session says nothing more; its connection may still be closing. */
  void ended(Session session) {
    desk.leave(session);
    sessions.forget(session);
  }

  /** The session's connection is gone. */
  void gone(Session session) {
    ended(session);
    sessions.remove(session);
  }

  private void topics(Session session, ClientMessage message) {
    if (session.isOpening()) {
      session.close(CloseCode.NOT_AUTHENTICATED, "a token is needed first");
    } else if (message instanceof ClientMessage.Subscribe subscribe) {
      if (session.vigil().isTooMany(subscribe.topics().size())) {
        session.close(CloseCode.TOO_MANY, "too many topics at once");
      } else {
        subscribe(session, subscribe.topics());
      }
    } else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
      forget(session, unsubscribe.topics());
      unsubscribe.topics().forEach(topic -> desk.unsubscribe(session, topic));
    }
  }

  /** Gives what does not depend on teams at once, and the rest when these are known. */
  private void subscribe(Session session, List<ClientMessage.Wanted> wanted) {
    if (session.teamsKnown()) {
      desk.subscribe(session, wanted);
      return;
    }
    var ofPeople = new ArrayList<ClientMessage.Wanted>();
    var others = new ArrayList<ClientMessage.Wanted>();
    for (ClientMessage.Wanted topic : wanted) {
      (TopicCatalogue.isOfPeople(topic.topic()) ? ofPeople : others).add(topic);
    }
    if (!ofPeople.isEmpty()) {
      forget(session, ofPeople.stream().map(ClientMessage.Wanted::topic).toList());
      var waiting = new ArrayList<>(session.awaitingTeams());
      waiting.addAll(ofPeople);
      int most = Math.min(waiting.size(), loop.config().maxSubscriptions());
      session.awaitTeams(List.copyOf(waiting.subList(0, most)));
      desk.tooMany(session, waiting.subList(most, waiting.size()));
    }
    desk.subscribe(session, others);
    if (ofPeople.isEmpty() || session.isClosing()) return;
    // What the client says next is answered after this.
    session.outlet().pause();
    checkTeams(session);
  }

  private static void forget(Session session, List<String> topics) {
    if (session.awaitingTeams().isEmpty()) return;
    session.awaitTeams(
        session.awaitingTeams().stream().filter(one -> !topics.contains(one.topic())).toList());
  }

  private void authenticate(Session session, String token) {
    session.outlet().pause();
    identity
        .of(token)
        .onComplete(
            live -> {
              if (session.isClosing()) return;
              accept(session, live);
              // Else when teams are known: resuming may hand out at once what the client said.
              if (session.isSettled()) session.outlet().resume();
            },
            failure -> {
              if (session.isClosing()) return;
              session.outlet().resume();
              refuse(session, failure);
            });
  }

  private void accept(Session session, SessionState.Live live) {
    Principal claimed = live.claimed().orElseThrow();
    Optional<Principal> before = session.claimed();
    if (before.isPresent() && !before.get().user().equals(claimed.user())) {
      session.close(CloseCode.FORBIDDEN, "the token is another user's");
      return;
    }
    if (!session.isSeatOf(claimed.user())) {
      session.close(CloseCode.TRY_LATER, "too many sessions of one user");
      return;
    }
    if (before.isPresent() && before.get().equals(claimed)) {
      // The same token again, which costs no look at teams, unless one is still wanted.
      acknowledge(session, live);
      if (!session.isSettled()) checkTeams(session);
      return;
    }
    sessions.know(session, claimed.user());
    boolean renewed = !session.isOpening();
    if (renewed) desk.hold(session);
    session.beginCheck();
    begin(session, live);
    if (renewed) {
      desk.recheck(session);
      checkTeams(session);
    }
  }

  private void begin(Session session, SessionState.Live live) {
    if (session.dialect().tellsPlaces()) {
      Optional<CloseCode> nothing = desk.allRefused(session.deferred(), live.who());
      if (nothing.isPresent()) {
        session.close(nothing.get());
        return;
      }
    }
    session.live(live);
    acknowledge(session, live);
    List<ClientMessage.Wanted> wanted = session.deferred();
    if (session.dialect().beginsWithAck()) wanted = desk.fromNow(wanted);
    session.defer(List.of());
    subscribe(session, wanted);
    if (session.dialect().isOfOneBoard() && session.interests().all().isEmpty()) {
      session.close(CloseCode.FORBIDDEN);
    }
  }

  private void acknowledge(Session session, SessionState.Live live) {
    session.dialect().ack(session.id(), node, loop.time(), live.who()).ifPresent(session::send);
  }

  private void refuse(Session session, Throwable failure) {
    if (failure instanceof Authenticator.Unauthenticated) {
      session.close(CloseCode.NOT_AUTHENTICATED, failure.getMessage());
    } else if (session.isOpening()) {
      session.close(CloseCode.TRY_LATER, "the token cannot be checked now");
    } else {
      complain(session, ErrorCode.UNAVAILABLE, "the token could not be checked now");
    }
  }

  private void complain(Session session, ErrorCode code, String message) {
    session.dialect().error(code, message, null, loop.time()).ifPresent(session::send);
  }
}
