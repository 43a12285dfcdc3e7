package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.spi.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Reads the current teams of sessions' users and checks their subscriptions again: when a topic
 * first depends on teams, when they have changed, and every five minutes in case the bus has lost a
 * change. One event loop.
 */
final class TeamRefresher {
  private static final int RETRY_MILLIS = 1_000;
  private static final int SECOND = 1_000;
  private static final long REFRESH_MILLIS = 300_000;
  private static final int MAX_REFRESHES_PER_SECOND = 20;
  private static final int POSTPONE_MILLIS = 10_000;

  private final GatewayLoop loop;
  private final PrincipalResolver principals;
  private final SubscriptionManager subscriptions;
  private long secondStartedAt;
  private int refreshesLeft = MAX_REFRESHES_PER_SECOND;

  TeamRefresher(GatewayLoop loop, PrincipalResolver principals, SubscriptionManager subscriptions) {
    this.loop = loop;
    this.principals = principals;
    this.subscriptions = subscriptions;
  }

  /**
   * Reads the teams of the session's user, if a topic depends on them, and retries until that has
   * worked. Meanwhile the session gets no events of users' and teams' streams; the rest goes on.
   */
  void refresh(Session session) {
    Optional<Principal> claimed = session.claimed();
    if (claimed.isEmpty() || !session.needsTeams()) return;
    subscriptions.suspendUsersAndTeams(session);
    int read = session.startTeamRead();
    principals
        .withCurrentTeams(claimed.get())
        .onComplete(
            live -> {
              if (session.isLatestTeamRead(read)) onTeams(session, live);
            },
            failure -> {
              if (session.isLatestTeamRead(read)) onFailure(session, read);
            });
  }

  /**
   * Reads the teams again when that is due, of a bounded number of sessions per second.
   *
   * @return when to call again
   */
  long refreshIfDue(Session session, long now) {
    if (session.claimed().isEmpty() || !session.needsTeams()) return TimingWheel.NEVER;
    long due = session.teamsReadAt() + REFRESH_MILLIS;
    if (now < due) return due;
    if (now - secondStartedAt >= SECOND) {
      secondStartedAt = now;
      refreshesLeft = MAX_REFRESHES_PER_SECOND;
    }
    // Far and spread: sessions that reconnected together are due together.
    if (refreshesLeft == 0) return now + POSTPONE_MILLIS + random(2 * POSTPONE_MILLIS);
    refreshesLeft--;
    refresh(session);
    return now + REFRESH_MILLIS;
  }

  private void onTeams(Session session, SessionState.Live live) {
    session.goLive(live);
    subscriptions.recheck(session);
    List<TopicRequest> requested = session.pending().untilTeams();
    session.setPending(session.pending().withUntilTeams(List.of()));
    subscriptions.subscribe(session, requested);
    session.transport().resume();
  }

  private void onFailure(Session session, int read) {
    if (!session.pending().delayReported()) {
      for (TopicRequest request : session.pending().untilTeams()) {
        session.sendError(ErrorCode.UNAVAILABLE, "teams cannot be read now", request.topic());
      }
      session.setPending(session.pending().withDelayReported());
    }
    session.transport().resume();
    loop.later(
        RETRY_MILLIS + random(RETRY_MILLIS),
        () -> {
          if (session.isLatestTeamRead(read)) refresh(session);
        });
  }

  private static int random(int millis) {
    return ThreadLocalRandom.current().nextInt(millis);
  }
}
