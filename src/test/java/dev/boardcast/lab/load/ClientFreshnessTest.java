package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientFreshnessTest {
  private static final long INTERVAL = 20;
  private static final long BOARD_INTERVAL = 1_000;

  private final ClientFreshness freshness = new ClientFreshness(INTERVAL, BOARD_INTERVAL);

  @BeforeEach
  void begin() {
    freshness.begin(10_000);
  }

  @Test
  void theWorstIsTheLongestTimeFromAcknowledgementToReceipt() {
    freshness.event(10_100, 10_105);
    freshness.event(10_120, 10_420);
    freshness.event(10_440, 10_445);
    // Received before the writer had its response.
    freshness.event(0, 10_460);

    assertEquals(new ClientFreshness.Worst(300, 295, 0), freshness.next(0, 10_480));
  }

  @Test
  void silenceIsLongerThanTheIntervalOfWritingEvenIfNothingWasAcknowledged() {
    freshness.event(10_100, 10_100);
    freshness.event(10_600, 10_600);

    assertEquals(500 - INTERVAL, freshness.next(0, 10_610).silence());
  }

  @Test
  void aSnapshotIsOldFromTheTimeAtWhichTheNextIsDue() {
    freshness.snapshot(10_000, 10_010);
    freshness.snapshot(11_000, 11_010);
    freshness.snapshot(14_000, 14_030);
    // Sent again, as after a reconnect.
    freshness.snapshot(14_000, 14_900);

    assertEquals(14_030 - 12_000, freshness.next(0, 15_000).boards());
  }

  @Test
  void whatIsStillOverdueCountsAtTheEndOfAWindow() {
    freshness.event(10_100, 10_100);
    freshness.snapshot(10_100, 10_110);

    assertEquals(
        new ClientFreshness.Worst(20_000 - 10_200, 20_000 - 10_120, 20_000 - 11_100),
        freshness.next(10_200, 20_000));
  }

  @Test
  void aWindowCountsOnlyTheTimeInIt() {
    freshness.event(10_100, 10_100);
    freshness.snapshot(10_100, 10_110);
    freshness.next(10_200, 20_000);
    freshness.event(10_200, 20_300);
    freshness.snapshot(20_000, 20_400);

    assertEquals(new ClientFreshness.Worst(300, 300, 400), freshness.next(0, 20_300));
    assertEquals(
        new ClientFreshness.Worst(20_300 - 10_200, 20_300 - 10_120, 20_400 - 11_100),
        freshness.whole(0, 20_300));
  }

  @Test
  void aClientWithoutEventsAndSnapshotsHasNoGap() {
    assertEquals(new ClientFreshness.Worst(0, 0, 0), freshness.next(0, 20_000));
  }
}
