package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.NodeBeacon;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class IsolationTest {
  private long now = 1_000_000;
  private final Isolation isolation = new Isolation("self", now);
  private boolean peerIsReachable = true;
  private boolean databaseAnswers = true;
  private NodeBeacon peer = beacon("peer", NodeBeacon.UP, "gateway", "metrics");

  @Test
  void nodeThatReachesNeitherPeersNorDatabaseSendsItsSessionsAwayOnce() {
    assertFalse(runs(60));
    peerIsReachable = false;
    databaseAnswers = false;
    assertFalse(runs(5));
    assertTrue(runs(3));
    assertFalse(runs(300), "those who return stay");
  }

  @Test
  void databaseThatIsAwayForAllSendsNobodyAway() {
    assertFalse(runs(10));
    databaseAnswers = false;
    assertFalse(runs(300));
  }

  @Test
  void nodeThatReachesTheDatabaseServesItsSessions() {
    assertFalse(runs(10));
    peerIsReachable = false;
    assertFalse(runs(300));
  }

  @Test
  void singleNodeThatNeverHadAPeerKeepsItsSessions() {
    peerIsReachable = false;
    assertFalse(runs(10));
    databaseAnswers = false;
    assertFalse(runs(300));
  }

  @Test
  void peerThatHasLeftOrIsLeavingIsNoReasonToSendAnybodyAway() {
    for (String status : new String[] {NodeBeacon.LEAVING, NodeBeacon.GONE}) {
      peerIsReachable = true;
      databaseAnswers = true;
      peer = beacon("peer", NodeBeacon.UP, "gateway");
      assertFalse(runs(10));
      peer = beacon("peer", status, "gateway");
      assertFalse(runs(4));
      peerIsReachable = false;
      databaseAnswers = false;
      assertFalse(runs(100), status);
    }
  }

  @Test
  void peerThatWentLongAgoIsNoReasonToSendAnybodyAway() {
    assertFalse(runs(10));
    peerIsReachable = false;
    assertFalse(runs(150));
    databaseAnswers = false;
    assertFalse(runs(100));
  }

  @Test
  void peerWithoutAGatewayIsNoPlaceToGo() {
    peer = beacon("peer", NodeBeacon.UP, "metrics");
    assertFalse(runs(10));
    peerIsReachable = false;
    databaseAnswers = false;
    assertFalse(runs(100));
  }

  @Test
  void peerWithoutAGatewayShowsThatTheNodeIsNotCutOff() {
    assertFalse(runs(10));
    peer = beacon("other", NodeBeacon.UP, "metrics");
    databaseAnswers = false;
    assertFalse(runs(100));
  }

  @Test
  void ownBeaconsAreNoSignOfOthers() {
    assertFalse(runs(10));
    peer = beacon("self", NodeBeacon.UP, "gateway");
    databaseAnswers = false;
    assertTrue(runs(10));
  }

  @Test
  void nodeWithoutHeartbeatsDoesNotDecide() {
    databaseAnswers = false;
    assertFalse(runs(10));
    peerIsReachable = false;
    assertFalse(runs(100));
  }

  @Test
  void processThatWasSuspendedIsNotCutOff() {
    assertFalse(runs(10));
    now += 600_000;
    assertFalse(isolation.check(now), "before what has arrived was handled");
    assertFalse(runs(60));
    now += 30_000;
    assertFalse(isolation.check(now));
    assertFalse(runs(60));
  }

  @Test
  void cutThatComesAndGoesSendsAwayAtMostOnceAMinute() {
    int decisions = 0;
    for (int i = 0; i < 12; i++) {
      peerIsReachable = true;
      databaseAnswers = true;
      if (runs(5)) decisions++;
      peerIsReachable = false;
      databaseAnswers = false;
      if (runs(10)) decisions++;
    }
    assertTrue(decisions >= 2 && decisions <= 4, decisions + " in three minutes");
  }

  /** Runs for some seconds; whether it decided to send sessions away. */
  private boolean runs(int seconds) {
    boolean decided = false;
    for (int i = 0; i < 2 * seconds; i++) {
      now += Isolation.CHECK_MILLIS;
      if (peerIsReachable && i % 4 == 0) isolation.onBeacon(peer, now);
      if (databaseAnswers) isolation.onHeartbeat();
      decided |= isolation.check(now);
    }
    return decided;
  }

  private static NodeBeacon beacon(String node, String status, String... roles) {
    return new NodeBeacon(node, "1", List.of(roles), "h", 1, 2, status, Instant.EPOCH);
  }
}
