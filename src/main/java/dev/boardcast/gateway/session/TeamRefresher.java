package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.spi.Principal;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Reads the current teams of sessions' users and checks their subscriptions again: when a topic
 * first depends on teams, and when they have changed. The event log contains every change in order,
 * so nothing is read periodically. A change costs one read, which begins after the change is known
 * and is shared by the user's sessions. One event loop.
 */
final class TeamRefresher {
  // A change's event follows its hint within this, unless the emitter is being replaced.
  private static final int HINT_WAIT_MILLIS = 250;
  private static final int RETRY_MILLIS = 1_000;

  private final GatewayLoop loop;
  private final PrincipalResolver principals;
  private final SubscriptionManager subscriptions;
  private final SessionRegistry sessions;
  private final PublishHandler publishing;
  private final TeamReads reads = new TeamReads();
  private final Set<String> hinted = new HashSet<>();

  TeamRefresher(
      GatewayLoop loop,
      PrincipalResolver principals,
      SubscriptionManager subscriptions,
      SessionRegistry sessions,
      PublishHandler publishing) {
    this.publishing = publishing;
    this.loop = loop;
    this.principals = principals;
    this.subscriptions = subscriptions;
    this.sessions = sessions;
  }

  /**
   * Reads the teams of the session's user, if a topic depends on them, and retries until that
   * succeeds. Meanwhile the session gets no events of user and team streams; other topics are not
   * affected. A read of the same user in progress is shared.
   */
  void refresh(Session session) {
    Optional<Principal> claimed = session.claimed();
    if (claimed.isEmpty() || !session.needsTeams()) return;
    subscriptions.suspendUsersAndTeams(session);
    TeamReads.Read underWay = reads.find(claimed.get());
    int number = session.startTeamRead();
    if (underWay == null) {
      TeamReads.Read read = reads.add(claimed.get());
      read.join(session, number);
      start(read);
    } else {
      underWay.join(session, number);
      if (underWay.hasFailed()) reportDelay(session);
    }
  }

  /** The teams of a user have changed: earlier results, and reads in progress, are discarded. */
  void changed(String user) {
    hinted.remove(user);
    reads.forget(user);
    readAgain(List.copyOf(sessions.of(user)));
  }

  /**
   * A hint that the teams of a user have changed. It may overtake the event of the change, which is
   * in order, so that event is awaited; without it the teams are read after a while.
   */
  void hint(String user) {
    if (sessions.of(user).isEmpty() || !hinted.add(user)) return;
    loop.schedule(
        HINT_WAIT_MILLIS,
        () -> {
          if (hinted.contains(user)) changed(user);
        });
  }

  /** Changes may have been missed, of any user. */
  void anyChanged() {
    reads.forgetAll();
    readAgain(sessions.all());
  }

  private void readAgain(Collection<Session> concerned) {
    for (Session session : concerned) {
      // If no topic depends on them now, they are read when one does.
      if (session.needsTeams()) refresh(session);
      else session.forgetTeams();
    }
  }

  private void start(TeamReads.Read read) {
    principals
        .withCurrentTeams(read.claimed())
        .onComplete(
            live -> {
              reads.remove(read);
              read.forEachWaiting(session -> onTeams(session, live));
            },
            failure -> onFailure(read));
  }

  private void onTeams(Session session, SessionState.Live live) {
    session.goLive(live);
    subscriptions.recheck(session);
    List<TopicRequest> requested = session.pending().untilTeams();
    session.setPending(session.pending().withUntilTeams(List.of()));
    subscriptions.subscribe(session, requested, session.waitsForTeamsSince());
    publishing.resume(session);
    session.transport().resume();
  }

  private void onFailure(TeamReads.Read read) {
    read.fail();
    read.forEachWaiting(this::reportDelay);
    loop.schedule(
        RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS),
        () -> {
          if (read.isAwaited()) start(read);
          else reads.remove(read);
        });
  }

  private void reportDelay(Session session) {
    publishing.refuseAwaitingTeams(session);
    if (!session.pending().delayReported()) {
      for (TopicRequest request : session.pending().untilTeams()) {
        session.sendError(ErrorCode.UNAVAILABLE, "teams cannot be read now", request.topic());
      }
      session.setPending(session.pending().withDelayReported());
    }
    session.transport().resume();
  }
}
