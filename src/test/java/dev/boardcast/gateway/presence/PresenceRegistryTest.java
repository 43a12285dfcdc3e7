package dev.boardcast.gateway.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.gateway.protocol.PresenceList;
import dev.boardcast.gateway.protocol.PresentUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Registries of several nodes, connected by a bus that may lose messages, in a time of the test.
 */
class PresenceRegistryTest {
  private static final String TOPIC = "doc.1";

  private final Map<String, PresenceRegistry> nodes = new TreeMap<>();
  private final Set<String> unheard = new HashSet<>();
  private Random losses = new Random(1);
  private double lossRate;
  private long now = 1_000_000;

  PresenceRegistryTest() {
    for (String name : List.of("n1", "n2", "n3")) add(name);
  }

  @Test
  void aUserIsListedOnceOnEveryNodeUntilTheLastSessionHasGone() {
    nodes.get("n1").enter(TOPIC, "ann", "s1", null);
    nodes.get("n1").enter(TOPIC, "ann", "s2", new PresenceData("Ann", null, null));
    advance(200);
    nodes.get("n2").enter(TOPIC, "ann", "s3", new PresenceData("Ann B.", "#a03c2f", "editing"));
    advance(200);
    for (PresenceRegistry node : nodes.values()) {
      PresenceList list = node.list(TOPIC);
      assertEquals(1, list.count());
      assertEquals("editing", list.users().get(0).data().state());
      assertEquals(Instant.ofEpochMilli(1_000_000), list.users().get(0).since());
      assertNull(list.partial());
    }
    nodes.get("n2").leave(TOPIC, "ann", "s3");
    advance(200);
    assertEquals("Ann", nodes.get("n3").list(TOPIC).users().get(0).data().name());
    nodes.get("n1").leave(TOPIC, "ann", "s1");
    advance(200);
    assertEquals(1, nodes.get("n3").list(TOPIC).count());
    nodes.get("n1").leave(TOPIC, "ann", "s2");
    advance(200);
    assertEquals(0, nodes.get("n3").list(TOPIC).count());
  }

  @Test
  void emptyDataTakesBackWhatASessionHasShown() {
    PresenceRegistry node = nodes.get("n1");
    node.enter(TOPIC, "ann", "s1", new PresenceData(null, null, "reading"));
    now++;
    node.enter(TOPIC, "ann", "s2", new PresenceData(null, null, "editing"));
    assertEquals("editing", node.list(TOPIC).users().get(0).data().state());
    node.enter(TOPIC, "ann", "s2", PresenceData.NONE);
    assertEquals("reading", node.list(TOPIC).users().get(0).data().state());
  }

  @Test
  void theUsersOfASilentNodeGoWithinFiveSecondsAndTheListSaysThatItMayNotBeAll() {
    nodes.get("n1").enter(TOPIC, "ann", "s1", null);
    nodes.get("n2").enter(TOPIC, "bob", "s2", null);
    var seen = new ArrayList<PresenceUpdate>();
    nodes.get("n3").watch(TOPIC, seen::add);
    advance(1_200);
    assertEquals(2, nodes.get("n3").list(TOPIC).count());
    unheard.add("n1");
    advance(4_900);
    PresenceList list = nodes.get("n3").list(TOPIC);
    assertEquals(List.of("bob"), list.users().stream().map(PresentUser::user).toList());
    assertTrue(list.partial());
    PresenceUpdate last = seen.get(seen.size() - 1);
    assertEquals(list, last.list());
    unheard.clear();
    advance(1_100);
    assertEquals(2, nodes.get("n3").list(TOPIC).count(), "it was only silent");
    assertNull(nodes.get("n3").list(TOPIC).partial());
  }

  @Test
  void aNodeThatSaysThatItEndsIsNotMissed() {
    nodes.get("n1").enter(TOPIC, "ann", "s1", null);
    advance(200);
    PresenceRegistry other = nodes.get("n2");
    other.receive(beacon("n1").gone());
    assertEquals(0, other.list(TOPIC).count());
    assertNull(other.list(TOPIC).partial());
  }

  @Test
  void aNodeThatHasThePortsOfAnotherReplacesIt() {
    nodes.get("n1").enter(TOPIC, "ann", "s1", null);
    advance(1_200);
    nodes.remove("n1");
    advance(4_000);
    assertTrue(nodes.get("n2").list(TOPIC).partial());
    add("n1-restarted");
    advance(1_000);
    assertNull(nodes.get("n2").list(TOPIC).partial());
    assertEquals(0, nodes.get("n2").list(TOPIC).count());
  }

  @Test
  void aNodeThatEndedBeforeItsFirstBeaconIsForgottenSoon() {
    add("n9").enter(TOPIC, "ann", "s1", null);
    advance(200);
    assertEquals(1, nodes.get("n2").list(TOPIC).count());
    nodes.remove("n9");
    advance(4_000);
    assertTrue(nodes.get("n2").list(TOPIC).partial());
    add("n9-restarted");
    advance(7_000);
    assertNull(nodes.get("n2").list(TOPIC).partial());
    assertEquals(0, nodes.get("n2").list(TOPIC).count());
  }

  @Test
  void aNodeThatComesLateAsksForWhatThereIs() {
    nodes.get("n1").enter(TOPIC, "ann", "s1", null);
    nodes.get("n2").enter(TOPIC, "bob", "s2", null);
    advance(2_000);
    PresenceRegistry late = add("n4");
    advance(2_200);
    assertEquals(nodes.get("n1").list(TOPIC), late.list(TOPIC));
    assertEquals(2, late.list(TOPIC).count());
  }

  @Test
  void aNodeThatWasSuspendedDoesNotTakeTheOthersForSilent() {
    nodes.get("n1").enter(TOPIC, "ann", "s1", null);
    advance(1_000);
    now += 60_000;
    nodes.get("n2").tick();
    assertEquals(1, nodes.get("n2").list(TOPIC).count());
    advance(2_000);
    assertEquals(1, nodes.get("n2").list(TOPIC).count());
  }

  @Test
  void watchersGetOneUpdateASecondAndEachLeadsToTheNext() {
    var seen = new ArrayList<PresenceUpdate>();
    PresenceRegistry node = nodes.get("n1");
    node.enter(TOPIC, "u0", "s0", null);
    PresenceUpdate first = node.watch(TOPIC, seen::add);
    for (int n = 1; n <= 50; n++) {
      node.enter(TOPIC, "u" + n, "s" + n, null);
      if (n % 3 == 0) node.leave(TOPIC, "u" + n, "s" + n);
      advance(100);
    }
    advance(1_000);
    assertTrue(seen.size() <= 7, seen.size() + " updates in 6 s");
    var users = new TreeSet<>(first.list().users().stream().map(PresentUser::user).toList());
    long version = first.version();
    for (PresenceUpdate update : seen) {
      assertEquals(++version, update.version());
      update.delta().joined().forEach(each -> assertTrue(users.add(each.user())));
      update.delta().left().forEach(each -> assertTrue(users.remove(each)));
      assertEquals(users.size(), update.delta().count());
    }
    assertEquals(node.list(TOPIC).count(), users.size());
    node.unwatch(TOPIC, seen::add);
  }

  @Test
  void aNodeTakesABoundedNumberOfEntries() {
    PresenceRegistry node = nodes.get("n1");
    for (int n = 0; n < LocalPresence.MAX_ENTRIES; n++) {
      assertTrue(node.enter("doc." + n % 7, "u" + n, "s", null));
    }
    assertFalse(node.enter(TOPIC, "one more", "s", null));
    assertTrue(node.enter("doc.0", "u0", "another session", null));
    node.leave("doc.0", "u0", "s");
    node.leave("doc.0", "u0", "another session");
    assertTrue(node.enter(TOPIC, "one more", "s", null));
  }

  @Test
  void whateverIsLostAndWhoeverDiesAllNodesAgreeInTheEnd() {
    for (int seed = 0; seed < 30; seed++) {
      var random = new Random(seed);
      losses = new Random(seed);
      nodes.clear();
      unheard.clear();
      for (String name : List.of("n1", "n2", "n3")) add(name);
      var truth = new HashMap<String, Set<String>>();
      lossRate = 0.3;
      for (int step = 0; step < 300; step++) {
        String name = "n" + (1 + random.nextInt(3));
        String topic = "doc." + random.nextInt(3);
        String user = "u" + random.nextInt(6);
        String session = name + "-" + random.nextInt(2);
        Set<String> sessions = truth.computeIfAbsent(topic + " " + user, k -> new HashSet<>());
        if (random.nextInt(20) == 0) {
          // Another life of a node, without its sessions.
          nodes.remove(name);
          now += 100;
          add(name);
          truth.values().forEach(each -> each.removeIf(of -> of.startsWith(name)));
        } else if (random.nextBoolean()) {
          nodes.get(name).enter(topic, user, session, new PresenceData(null, null, "s" + step));
          sessions.add(session);
        } else {
          nodes.get(name).leave(topic, user, session);
          sessions.remove(session);
        }
        advance(random.nextInt(4) * 50);
      }
      lossRate = 0;
      advance(6_000);
      var expected = new TreeSet<String>();
      truth.forEach(
          (key, sessions) -> {
            if (!sessions.isEmpty()) expected.add(key);
          });
      for (PresenceRegistry node : nodes.values()) {
        var listed = new TreeSet<String>();
        for (int n = 0; n < 3; n++) {
          PresenceList list = node.list("doc." + n);
          list.users().forEach(each -> listed.add(list.topic() + " " + each.user()));
          assertEquals(nodes.get("n1").list("doc." + n), list, "seed " + seed);
        }
        assertEquals(expected, listed, "seed " + seed);
      }
    }
  }

  private PresenceRegistry add(String name) {
    var node = new PresenceRegistry(name, () -> now, () -> Instant.ofEpochMilli(now));
    nodes.put(name, node);
    return node;
  }

  /** All nodes tick, beat and exchange their reports. */
  private void advance(long millis) {
    for (long end = now + millis; now < end; ) {
      now += 50;
      if (now % 100 == 0) {
        for (var from : List.copyOf(nodes.entrySet())) {
          String name = from.getKey();
          var reports = new ArrayList<>(from.getValue().tick());
          if (now % 1_000 == 0) {
            reports.add(from.getValue().digest());
            others(name, true).forEach(to -> to.receive(beacon(name)));
          }
          reports.forEach(report -> others(name, false).forEach(to -> to.receive(report)));
          from.getValue()
              .requests()
              .forEach(request -> others(name, false).forEach(to -> to.receive(request)));
        }
      }
    }
  }

  /** The nodes that receive a message of this one. */
  private List<PresenceRegistry> others(String from, boolean isBeacon) {
    if (unheard.contains(from)) return List.of();
    return nodes.entrySet().stream()
        .filter(to -> !to.getKey().equals(from))
        .filter(to -> isBeacon || losses.nextDouble() >= lossRate)
        .map(Map.Entry::getValue)
        .toList();
  }

  private static NodeBeacon beacon(String node) {
    return new NodeBeacon(
        node,
        "1",
        List.of("gateway"),
        "127.0.0.1",
        8_000 + Integer.parseInt(node.substring(1, 2)),
        0,
        NodeBeacon.UP,
        Instant.EPOCH);
  }
}
