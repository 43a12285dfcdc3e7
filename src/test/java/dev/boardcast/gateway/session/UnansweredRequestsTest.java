package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Principal;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An accepted client gets an answer, another node, or an error within a second. */
class UnansweredRequestsTest {
  private final SessionFixture fixture = new SessionFixture();
  private final Deque<Promise<Principal>> reads = new ArrayDeque<>();

  UnansweredRequestsTest() {
    fixture.memberships =
        claimed -> {
          Promise<Principal> read = Promise.promise();
          reads.add(read);
          return read.future();
        };
  }

  @Test
  void aClientThatWaitsIsToldOnceWhenNoOtherNodeMayServeIt() {
    fixture.open("ann", "tasks", "team.red");
    fixture.pass(950);
    assertEquals(0, sent("unavailable"));
    fixture.pass(5_000);
    assertEquals(2, sent("unavailable"));
    assertEquals(0, sent("goaway"));
  }

  @Test
  void aClientThatWaitsIsSentToAnotherNodeThatMayServeIt() {
    fixture.othersMayServe = true;
    Session ann = fixture.open("ann", "tasks");
    fixture.pass(1_050);
    assertEquals(1, sent("goaway"));
    assertFalse(ann.isClosing(), "it has time to open its new connection");
    fixture.pass(1_600);
    assertEquals(1, sent("close 1001"));
    assertEquals(0, sent("unavailable"));
  }

  @Test
  void aClientWhoseTokenIsNotCheckedIsSentToAnotherNode() {
    fixture.othersMayServe = true;
    fixture.authentication = Promise.<Principal>promise().future();
    fixture.open("ann", "tasks");
    fixture.pass(1_050);
    assertEquals(1, sent("close 1013"));
  }

  @Test
  void noMoreClientsAreTakenWhileTheFirstWaits() {
    fixture.open("ann", "tasks");
    fixture.pass(450);
    fixture.open("bob", "tasks");
    assertFalse(isBusy());
    fixture.pass(100);
    assertTrue(isBusy());
    answer("ann");
    assertFalse(isBusy(), "bob waits for a moment only");
    fixture.pass(500);
    assertTrue(isBusy());
    answer("bob");
    fixture.pass(2_000);
    assertFalse(isBusy());
    assertEquals(0, sent("unavailable"));
  }

  @Test
  void aClientThatLeavesOrNeedsNoAnswerDoesNotCount() {
    Session gone = fixture.open("ann", "tasks");
    Session other = fixture.open("bob", "tasks");
    gone.closed();
    other.text("{\"type\":\"unsubscribe\",\"topics\":[\"tasks\"]}");
    fixture.pass(600);
    assertFalse(isBusy());
    fixture.pass(1_000);
    assertEquals(0, sent("unavailable"));
  }

  private boolean isBusy() {
    return fixture.unanswered.isBusy(fixture.now);
  }

  private void answer(String user) {
    reads.remove().complete(SessionFixture.principal(user).withTeams(Set.of()));
  }

  private long sent(String text) {
    return fixture.sent.stream().filter(each -> each.contains(text)).count();
  }
}
