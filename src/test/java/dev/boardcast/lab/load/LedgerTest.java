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
  private final List<EventMarker> marks = new ArrayList<>();
  private final ClientLedger good = follower(0);
  private final ClientLedger other = follower(0);

  @Test
  void whoGotEverythingOwesNothing() {
    write(EVENTS);
    tell(good, 0, EVENTS);
    tell(other, 0, EVENTS);
    LedgerTotals tally = ledger.tally();
    assertTrue(tally.isClean(), tally::toString);
    assertEquals(2 * EVENTS, tally.due());
    assertEquals(EVENTS, tally.acknowledged());
  }

  @Test
  void whoCameLaterIsOwedWhatIsLater() {
    ClientLedger late = follower(place(599));
    write(EVENTS);
    tell(good, 0, EVENTS);
    tell(other, 0, EVENTS);
    tell(late, 600, EVENTS);
    assertTrue(ledger.tally().isClean(), ledger.tally()::toString);
  }

  @Test
  void aMissingEventIsLost() {
    write(EVENTS);
    tell(good, 0, EVENTS);
    tell(other, 0, 500);
    tell(other, 501, EVENTS);
    assertEquals(1, ledger.tally().lost());
    assertFalse(ledger.tally().isClean());
  }

  @Test
  void anEventThatNobodyWasToldOfIsLostForAll() {
    write(EVENTS);
    for (ClientLedger account : List.of(good, other)) {
      tell(account, 0, EVENTS - 1);
    }
    LedgerTotals tally = ledger.tally();
    assertEquals(1, tally.untold());
    assertEquals(2, tally.lost());
  }

  @Test
  void anEventThatWasNeverAcknowledgedMayBeMissing() {
    write(EVENTS);
    ledger.mark(0);
    tell(good, 0, EVENTS);
    tell(other, 0, EVENTS);
    assertTrue(ledger.tally().isClean(), ledger.tally()::toString);
  }

  @Test
  void aSecondTimeIsDoubled() {
    write(EVENTS);
    tell(good, 0, EVENTS);
    tell(other, 0, EVENTS);
    tell(other, EVENTS - 10, EVENTS - 9);
    assertEquals(1, ledger.tally().doubled());
    assertFalse(ledger.tally().isClean());
  }

  @Test
  void aStragglerIsOutOfOrderAndNotLost() {
    write(EVENTS);
    tell(good, 0, EVENTS);
    tell(other, 0, 500);
    tell(other, 501, 502);
    tell(other, 500, 501);
    tell(other, 502, EVENTS);
    LedgerTotals tally = ledger.tally();
    assertEquals(1, tally.disordered());
    assertEquals(0, tally.lost());
  }

  @Test
  void twoPlacesOfOneEventAreAContradiction() {
    write(3);
    tell(good, 0, 3);
    tell(other, 0, 1);
    other.take(marks.get(1), "e", place(1) + 1, 0, 0);
    other.take(marks.get(2), "e", place(2), 0, 0);
    assertEquals(1, ledger.tally().contradicted());
  }

  @Test
  void whatItWasToldItCannotHaveIsExplained() {
    write(EVENTS);
    tell(good, 0, EVENTS);
    tell(other, 0, 100);
    other.subscribed("e", place(299), false);
    tell(other, 300, EVENTS);
    LedgerTotals tally = ledger.tally();
    assertTrue(tally.isClean(), tally::toString);
    assertEquals(1, tally.gaps());
    assertEquals(200, tally.explained());
  }

  @Test
  void whoNeverFollowedIsAbsent() {
    ledger.open();
    write(1);
    tell(good, 0, 1);
    tell(other, 0, 1);
    assertEquals(1, ledger.tally().absent());
    assertFalse(ledger.tally().isClean());
  }

  @Test
  void marksAndPlacesAreFoundInAMessage() {
    var mark = new EventMarker(12, 34, 56);
    String text =
        "{\"type\":\"t\",\"topic\":\"news\",\"data\":{\"mark\":\""
            + mark
            + "\"},\"offset\":\"a1:78\"}";
    ByteBuf bytes = Unpooled.copiedBuffer("…" + text, StandardCharsets.UTF_8);
    assertEquals(mark, EventMarker.find(bytes, 3, bytes.writerIndex()));
    assertEquals(new EventOffset("a1", 78), EventOffset.find(bytes, 3, bytes.writerIndex()));
    ByteBuf none = Unpooled.copiedBuffer("{\"offset\":\"version:x\"}", StandardCharsets.UTF_8);
    assertNull(EventMarker.find(none, 0, none.writerIndex()));
    assertNull(EventOffset.find(none, 0, none.writerIndex()));
  }

  private ClientLedger follower(long after) {
    ClientLedger account = ledger.open();
    account.subscribed("e", after, false);
    return account;
  }

  private void write(int events) {
    for (int i = 0; i < events; i++) {
      EventMarker mark = ledger.mark(i);
      marks.add(mark);
      ledger.acknowledged(mark.number());
    }
  }

  private void tell(ClientLedger account, int from, int to) {
    for (int n = from; n < to; n++) account.take(marks.get(n), "e", place(n), 0, 0);
  }

  /** Other streams of the shard take places too. */
  private static long place(int number) {
    return 10L + 3L * number;
  }
}
