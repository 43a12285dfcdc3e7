package dev.boardcast.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.MemberBeacon;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes a node sees. */
class MembersTest {
  private final Members members = new Members("one", 0);

  private static MemberBeacon beacon(boolean leaving, boolean gone) {
    return new MemberBeacon("two", "id-2", leaving, gone, false);
  }

  @Test
  void aNodeIsSeenUntilItIsSilent() {
    members.received(beacon(false, false), 0);
    for (long now = 100; now <= Members.SILENCE_MILLIS; now += 100) {
      members.inCluster(List.of("id-1", "id-2"), now);
    }
    assertEquals(Set.of("one", "two"), members.current().reachable());
    members.inCluster(List.of("id-1", "id-2"), Members.SILENCE_MILLIS + 100);
    assertEquals(Set.of("one"), members.current().reachable());
  }

  @Test
  void aNodeThatTheClusterHasLostIsNotSeenAnyMore() {
    members.inCluster(List.of("id-1", "id-2"), 0);
    members.received(beacon(false, false), 0);
    members.inCluster(List.of("id-1"), 10);
    assertEquals(Set.of("one"), members.current().reachable());
    assertFalse(members.received("two", 10), "its last messages");
    members.received(beacon(false, false), 20);
    assertEquals(Set.of("one"), members.current().reachable());
  }

  @Test
  void aNodeThatLeavesIsSeenButDoesNotNumber() {
    members.received(beacon(true, false), 0);
    assertEquals(Set.of("one", "two"), members.current().reachable());
    assertEquals(Set.of("one"), members.current().numbering());
    members.received(beacon(true, true), 10);
    assertEquals(Set.of("one"), members.current().reachable());
  }

  @Test
  void aProcessThatWasSuspendedDoesNotJudgeOthers() {
    members.received(beacon(false, false), 0);
    members.inCluster(List.of("id-1", "id-2"), 60_000);
    assertEquals(Set.of("one", "two"), members.current().reachable());
  }

  @Test
  void allAreKnownWhenEachMemberOfTheClusterWasHeard() {
    members.inCluster(List.of("id-1", "id-2"), 0);
    assertFalse(members.areAllKnown("id-1"));
    members.received(beacon(false, false), 10);
    assertTrue(members.areAllKnown("id-1"));
  }

  @Test
  void aNodeThatComesChangesThePlacesOfNoOthers() {
    var two = Membership.of(List.of("a", "b"));
    var three = Membership.of(List.of("a", "b", "c"));
    var numbering = new HashSet<String>();
    for (int shard = 0; shard < 200; shard++) {
      List<String> ranked = new ArrayList<>(three.ranked(shard));
      numbering.add(ranked.get(0));
      ranked.remove("c");
      assertEquals(two.ranked(shard), ranked);
    }
    assertEquals(Set.of("a", "b", "c"), numbering);
  }
}
