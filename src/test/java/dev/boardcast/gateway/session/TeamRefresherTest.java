package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Teams are read when they are needed and when they change, once for all sessions of a user. */
class TeamRefresherTest {
  private static final long SECOND = 1_000;

  private final SessionFixture fixture = new SessionFixture();
  private final Deque<Promise<Principal>> underWay = new ArrayDeque<>();
  private final Map<String, Set<String>> teams = new HashMap<>();

  @Test
  void idleSessionsCauseNoReadsHoweverLongTheyStay() {
    holdReads();
    int users = 1_000;
    for (int i = 0; i < 5 * users; i++) fixture.open("u" + i % users, "tasks");
    completeReads();
    assertEquals(users, fixture.teamReads.size());
    for (int i = 0; i < 60; i++) {
      fixture.pass(20 * SECOND);
      fixture.sessions.all().forEach(Session::alive);
    }
    assertEquals(users, fixture.teamReads.size());
    assertEquals(5 * users, fixture.sessions.all().size());
  }

  @Test
  void aChangeIsReadOnceForAllSessionsOfTheUser() {
    for (int i = 0; i < 10; i++) fixture.open("u" + i % 2, "tasks");
    fixture.teamReads.clear();
    teamsOf("u1", "red");
    holdReads();
    fixture.protocol.teamsChanged("u1");
    completeReads();
    assertEquals(List.of("u1"), fixture.teamReads);
    for (Session session : fixture.sessions.of("u1")) assertEquals(Set.of("red"), teams(session));
  }

  @Test
  void aHintAndTheEventOfOneChangeAreOneRead() {
    fixture.open("ann", "tasks");
    fixture.teamReads.clear();
    fixture.protocol.teamsChangeHinted("ann");
    fixture.pass(50);
    fixture.protocol.teamsChanged("ann");
    fixture.pass(SECOND);
    assertEquals(1, fixture.teamReads.size());
  }

  @Test
  void aHintWithoutAnEventIsFollowedSoon() {
    Session ann = fixture.open("ann", "tasks");
    fixture.teamReads.clear();
    teamsOf("ann", "red");
    fixture.protocol.teamsChangeHinted("ann");
    fixture.protocol.teamsChangeHinted("nobody");
    fixture.pass(300);
    assertEquals(List.of("ann"), fixture.teamReads);
    assertEquals(Set.of("red"), teams(ann));
  }

  @Test
  void aChangeDuringAReadStartsAnotherWhoseAnswerCounts() {
    Session ann = fixture.open("ann", "tasks");
    holdReads();
    fixture.protocol.teamsChanged("ann");
    Promise<Principal> early = underWay.remove();
    fixture.protocol.teamsChanged("ann");
    Promise<Principal> late = underWay.remove();
    late.complete(principal("ann", "red"));
    early.complete(principal("ann", "blue"));
    assertEquals(Set.of("red"), teams(ann));
  }

  @Test
  void aReadThatBeganBeforeAChangeServesNoLaterSession() {
    holdReads();
    Session gone = fixture.open("ann", "tasks");
    Promise<Principal> early = underWay.remove();
    gone.closed();
    fixture.protocol.teamsChanged("ann");
    Session ann = fixture.open("ann", "tasks");
    assertEquals(1, underWay.size(), "the session reads for itself");
    early.complete(principal("ann", "blue"));
    underWay.remove().complete(principal("ann", "red"));
    assertEquals(Set.of("red"), teams(ann));
  }

  @Test
  void aReadThatNobodyAwaitsServesNoLaterSession() {
    holdReads();
    fixture.open("ann", "tasks").closed();
    Promise<Principal> early = underWay.remove();
    // Meanwhile a change: its event is not looked at, since nobody of that name is here.
    Session ann = fixture.open("ann", "tasks");
    underWay.remove().complete(principal("ann", "red"));
    early.complete(principal("ann", "blue"));
    assertEquals(Set.of("red"), teams(ann));
  }

  @Test
  void theSameTokenAgainDoesNotStartAnotherRead() {
    holdReads();
    Session ann = fixture.open("ann", "tasks");
    for (int i = 0; i < 5; i++) ann.text("{\"type\":\"auth\",\"token\":\"ann\"}");
    assertEquals(1, fixture.teamReads.size());
    completeReads();
    assertTrue(ann.teamsKnown());
  }

  @Test
  void aChangeThatNoTopicNeededCountsForTheNextThatDoes() {
    teamsOf("ann", "red");
    Session ann = fixture.open("ann", "team.red");
    ann.text("{\"type\":\"unsubscribe\",\"topics\":[\"team.red\"]}");
    fixture.sent.clear();
    teamsOf("ann", "blue");
    fixture.protocol.teamsChanged("ann");
    ann.text("{\"type\":\"subscribe\",\"topics\":[\"team.red\"]}");
    assertTrue(fixture.sent.toString().contains("forbidden"), fixture.sent.toString());
    assertEquals(List.of(), ann.topics());
  }

  @Test
  void whenChangesMayHaveBeenMissedEveryUserIsReadOnce() {
    for (int i = 0; i < 30; i++) fixture.open("u" + i % 10, "tasks");
    fixture.teamReads.clear();
    holdReads();
    fixture.protocol.anyTeamsChanged();
    completeReads();
    var users = new ArrayList<>(fixture.teamReads);
    Collections.sort(users);
    assertEquals(List.of("u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9"), users);
  }

  @Test
  void aFailedReadIsRepeatedForTheUserAndNotForEachSession() {
    fixture.memberships = claimed -> Future.failedFuture("the database is away");
    for (int i = 0; i < 20; i++) fixture.open("ann", "tasks");
    assertEquals(1, fixture.teamReads.size());
    fixture.pass(10 * SECOND);
    assertTrue(fixture.teamReads.size() <= 11, fixture.teamReads.size() + " reads");
    assertEquals(20, fixture.sent.stream().filter(each -> each.contains("unavailable")).count());
    fixture.memberships = Future::succeededFuture;
    fixture.pass(3 * SECOND);
    for (Session session : fixture.sessions.of("ann")) assertTrue(session.teamsKnown());
  }

  /** Reads answer from now on when {@link #completeReads} is called. */
  private void holdReads() {
    fixture.memberships =
        claimed -> {
          Promise<Principal> read = Promise.promise();
          underWay.add(read);
          return read.future().map(any -> claimed.withTeams(any.teams()));
        };
  }

  private void completeReads() {
    while (!underWay.isEmpty()) {
      underWay.remove().complete(principal("any", teams.getOrDefault("u1", Set.of())));
    }
  }

  private void teamsOf(String user, String... names) {
    teams.put(user, Set.of(names));
    fixture.memberships =
        claimed ->
            Future.succeededFuture(claimed.withTeams(teams.getOrDefault(claimed.user(), Set.of())));
  }

  private static Principal principal(String user, String team) {
    return principal(user, Set.of(team));
  }

  private static Principal principal(String user, Set<String> teams) {
    return new Principal(user, teams, Set.of(), SessionFixture.START_TIME, Instant.MAX);
  }

  private static Set<String> teams(Session session) {
    return session.principal().orElseThrow().teams();
  }
}
