package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final int EVENTS = 1000;

  private final Ledger ledger = new Ledger("news", 7);
  private final List<EventMarker> markers = new ArrayList<>();
  private final ClientLedger good = subscriber(0);
  private final ClientLedger other = subscriber(0);

  @Test
  void clientsThatReceivedEverythingLackNothing() {
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, EVENTS);
    LedgerTotals totals = ledger.totals();
    assertTrue(totals.isClean(), totals::toString);
    assertEquals(2 * EVENTS, totals.expected());
    assertEquals(EVENTS, totals.acknowledged());
  }

  @Test
  void aLateClientExpectsLaterEventsOnly() {
    ClientLedger late = subscriber(sequence(599));
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, EVENTS);
    deliver(late, 600, EVENTS);
    assertTrue(ledger.totals().isClean(), ledger.totals()::toString);
  }

  @Test
  void aMissingEventIsLost() {
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, 500);
    deliver(other, 501, EVENTS);
    assertEquals(1, ledger.totals().lost());
    assertFalse(ledger.totals().isClean());
    assertMissing("event 500");
  }

  @Test
  void whatIsMissingIsNamedWhetherItIsRecentOrNot() {
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, 10);
    deliver(other, 11, EVENTS - 5);
    deliver(other, EVENTS - 4, EVENTS);
    assertEquals(2, ledger.totals().lost());
    assertMissing("event 10 ", "event " + (EVENTS - 5) + ' ');
  }

  @Test
  void eventsBeforeTheFirstOffsetAndInGapsAreNotMissing() {
    ClientLedger late = subscriber(sequence(599));
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, EVENTS);
    deliver(late, 600, 700);
    late.subscribed(new EventOffset("e", sequence(709)), false);
    deliver(late, 710, EVENTS);
    assertEquals(List.of(), ledger.incomplete());
  }

  private void assertMissing(String... events) {
    assertEquals(List.of(other), ledger.incomplete());
    String missing = other.missing().orElseThrow();
    assertTrue(missing.startsWith("news: client 1 lacks"), missing);
    for (String event : events) assertTrue(missing.contains(event), missing);
  }

  @Test
  void anUndeliveredEventIsLostForEveryClient() {
    write(EVENTS);
    for (ClientLedger client : List.of(good, other)) {
      deliver(client, 0, EVENTS - 1);
    }
    LedgerTotals totals = ledger.totals();
    assertEquals(1, totals.undelivered());
    assertEquals(2, totals.lost());
  }

  @Test
  void anUnacknowledgedEventMayBeMissing() {
    write(EVENTS);
    ledger.newEvent(0);
    deliver(good, 0, EVENTS);
    deliver(other, 0, EVENTS);
    assertTrue(ledger.totals().isClean(), ledger.totals()::toString);
  }

  @Test
  void aSecondDeliveryIsADuplicate() {
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, EVENTS);
    deliver(other, EVENTS - 10, EVENTS - 9);
    assertEquals(1, ledger.totals().duplicates());
    assertFalse(ledger.totals().isClean());
  }

  @Test
  void aLateDeliveryIsOutOfOrderAndNotLost() {
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, 500);
    deliver(other, 501, 502);
    deliver(other, 500, 501);
    deliver(other, 502, EVENTS);
    LedgerTotals totals = ledger.totals();
    assertEquals(1, totals.outOfOrder());
    assertEquals(0, totals.lost());
  }

  @Test
  void twoSequencesOfOneEventConflict() {
    write(3);
    deliver(good, 0, 3);
    deliver(other, 0, 1);
    other.received(markers.get(1), new EventOffset("e", sequence(1) + 1), 0, 0);
    other.received(markers.get(2), new EventOffset("e", sequence(2)), 0, 0);
    assertEquals(1, ledger.totals().conflicting());
  }

  @Test
  void eventsInAnAnnouncedGapAreNotLost() {
    write(EVENTS);
    deliver(good, 0, EVENTS);
    deliver(other, 0, 100);
    other.subscribed(new EventOffset("e", sequence(299)), false);
    deliver(other, 300, EVENTS);
    LedgerTotals totals = ledger.totals();
    assertTrue(totals.isClean(), totals::toString);
    assertEquals(1, totals.gaps());
    assertEquals(200, totals.skipped());
  }

  @Test
  void aClientThatNeverSubscribedIsAbsent() {
    ledger.newClient();
    write(1);
    deliver(good, 0, 1);
    deliver(other, 0, 1);
    assertEquals(1, ledger.totals().absent());
    assertFalse(ledger.totals().isClean());
  }

  @Test
  void markersAndOffsetsAreFoundInAMessage() {
    var marker = new EventMarker(12, 34, 56);
    String text =
        "{\"type\":\"t\",\"topic\":\"news\",\"data\":{\"mark\":\""
            + marker
            + "\"},\"offset\":\"a1:78\"}";
    ByteBuf bytes = Unpooled.copiedBuffer("…" + text, StandardCharsets.UTF_8);
    assertEquals(marker, EventMarker.find(bytes, 3, bytes.writerIndex()));
    assertEquals(new EventOffset("a1", 78), EventOffset.find(bytes, 3, bytes.writerIndex()));
    ByteBuf none = Unpooled.copiedBuffer("{\"offset\":\"version:x\"}", StandardCharsets.UTF_8);
    assertNull(EventMarker.find(none, 0, none.writerIndex()));
    assertNull(EventOffset.find(none, 0, none.writerIndex()));
  }

  private ClientLedger subscriber(long after) {
    ClientLedger client = ledger.newClient();
    client.subscribed(new EventOffset("e", after), false);
    return client;
  }

  private void write(int events) {
    for (int i = 0; i < events; i++) {
      EventMarker marker = ledger.newEvent(i);
      markers.add(marker);
      ledger.acknowledged(marker.number(), 1);
    }
  }

  private void deliver(ClientLedger client, int from, int to) {
    for (int n = from; n < to; n++)
      client.received(markers.get(n), new EventOffset("e", sequence(n)), 0, 0);
  }

  /** Events of other streams of the shard have the sequences between. */
  private static long sequence(int number) {
    return 10L + 3L * number;
  }
}
