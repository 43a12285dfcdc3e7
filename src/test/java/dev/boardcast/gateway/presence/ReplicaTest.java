package dev.boardcast.gateway.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceChange;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.bus.PresenceReport;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static final PresenceKey ANN = new PresenceKey("doc.1", "ann");
  private static final PresenceKey BOB = new PresenceKey("doc.1", "bob");
  private static final Presence HERE =
      new Presence(Instant.EPOCH, PresenceData.NONE, Instant.EPOCH);

  private final Replica replica = new Replica();

  @Test
  void aNodeOfWhichNothingWasKnownIsFollowedFromItsFirstReport() {
    assertEquals(Set.of(ANN), replica.receive(changes(7, 1, came(ANN))));
    assertEquals(Set.of(BOB), replica.receive(changes(7, 2, came(BOB))));
    assertEquals(Set.of(ANN), replica.receive(changes(7, 3, left(ANN))));
    assertNull(replica.find(ANN));
    assertNotNull(replica.find(BOB));
    assertFalse(replica.isBehind());
  }

  @Test
  void aMissingReportIsNoticedByTheNextOneOrByTheNumberAlone() {
    replica.receive(changes(7, 1, came(ANN)));
    assertEquals(Set.of(), replica.receive(changes(7, 2)));
    assertTrue(replica.isBehind());
    assertEquals(Set.of(), replica.receive(changes(7, 3, came(BOB))));
    assertTrue(replica.isBehind());
    assertEquals(Set.of(ANN, BOB), replica.receive(state(7, 3, 0, 1, came(BOB))));
    assertFalse(replica.isBehind());
    assertNull(replica.find(ANN));
    assertNotNull(replica.find(BOB));
  }

  @Test
  void aStateCountsWhenAllItsPartsAreThere() {
    replica.receive(changes(7, 5));
    assertEquals(Set.of(), replica.receive(state(7, 5, 1, 2, came(BOB))));
    assertEquals(Set.of(), replica.receive(state(7, 5, 0, 2, came(ANN))));
    assertNull(replica.find(ANN));
    assertEquals(Set.of(ANN, BOB), replica.receive(state(7, 5, 1, 2, came(BOB))));
    assertFalse(replica.isBehind());
    assertEquals(Set.of(), replica.receive(state(7, 5, 0, 1)), "it has that already");
    assertNotNull(replica.find(ANN));
  }

  @Test
  void anotherLifeOfTheNodeStartsWithNobodyAndMessagesOfTheOneBeforeAreIgnored() {
    replica.receive(changes(7, 1, came(ANN)));
    assertEquals(Set.of(ANN, BOB), replica.receive(changes(8, 1, came(BOB))));
    assertNull(replica.find(ANN));
    assertEquals(Set.of(), replica.receive(changes(7, 2, came(ANN))));
    assertNull(replica.find(ANN));
    assertFalse(replica.isBehind());
  }

  @Test
  void entriesAreBounded() {
    for (int n = 0; n <= LocalPresence.MAX_ENTRIES; n++) {
      replica.receive(changes(7, n + 1, came(new PresenceKey("doc.1", "u" + n))));
    }
    assertEquals(LocalPresence.MAX_ENTRIES, replica.keys().size());
  }

  private static PresenceChange came(PresenceKey key) {
    return new PresenceChange(key.topic(), key.user(), HERE);
  }

  private static PresenceChange left(PresenceKey key) {
    return new PresenceChange(key.topic(), key.user(), null);
  }

  private static PresenceReport changes(long run, long sequence, PresenceChange... changes) {
    return PresenceReport.ofChanges("node-2", run, sequence, List.of(changes));
  }

  private static PresenceReport state(
      long run, long sequence, int part, int parts, PresenceChange... entries) {
    return new PresenceReport("node-2", run, sequence, part, parts, List.of(entries));
  }
}
