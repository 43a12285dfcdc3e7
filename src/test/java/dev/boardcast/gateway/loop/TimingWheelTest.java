package dev.boardcast.gateway.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
  private static final int TICK = TimingWheel.TICK_MILLIS;

  private long now = 7_777_777;
  private final TimingWheel wheel = new TimingWheel(now);
  private final List<Long> checks = new ArrayList<>();

  /** Records its checks, and is due again after each of some delays. */
  private final class Recorder extends TimingWheel.Entry {
    private final List<Long> delays;
    private int times;

    private Recorder(Long... delays) {
      this.delays = List.of(delays);
    }

    @Override
    protected long check(long at) {
      checks.add(at);
      return times < delays.size() ? at + delays.get(times++) : TimingWheel.NEVER;
    }
  }

  @Test
  void entryIsCheckedInItsTickAndNotBefore() {
    long due = now + 1_234;
    wheel.schedule(new Recorder(), due);
    pass(5_000);
    assertEquals(1, checks.size());
    assertTrue(checks.get(0) >= due && checks.get(0) <= due + 2 * TICK, checks + " for " + due);
  }

  @Test
  void entryIsCheckedAgainAtTheTimeItReturns() {
    wheel.schedule(new Recorder(3_000L, 500L), now + 1_000);
    pass(10_000);
    assertEquals(3, checks.size());
    assertTrue(checks.get(1) - checks.get(0) >= 3_000);
    assertTrue(checks.get(2) - checks.get(1) >= 500);
    assertTrue(checks.get(2) - checks.get(0) <= 3_500 + 2 * TICK);
  }

  @Test
  void newDeadlineReplacesTheOldOneWhetherSoonerOrLater() {
    var entry = new Recorder();
    wheel.schedule(entry, now + 30_000);
    wheel.schedule(entry, now + 100);
    pass(200);
    assertEquals(1, checks.size());
    wheel.schedule(entry, now + 100);
    wheel.schedule(entry, now + 1_000);
    pass(500);
    assertEquals(1, checks.size());
    pass(40_000);
    assertEquals(2, checks.size());
  }

  @Test
  void cancelledEntryIsNeverChecked() {
    var cancelled = new Recorder();
    var before = new Recorder();
    var after = new Recorder();
    for (Recorder one : List.of(before, cancelled, after)) wheel.schedule(one, now + 100);
    wheel.cancel(cancelled);
    wheel.cancel(cancelled);
    pass(60_000);
    assertEquals(2, checks.size());
    assertEquals(0, cancelled.times);
  }

  @Test
  void deadlineBeyondOneRoundIsKept() {
    long due = now + 200_000;
    wheel.schedule(
        new TimingWheel.Entry() {
          @Override
          protected long check(long at) {
            if (at < due) return due;
            checks.add(at);
            return TimingWheel.NEVER;
          }
        },
        due);
    pass(300_000);
    assertEquals(1, checks.size());
    assertTrue(checks.get(0) - due <= 2 * TICK);
  }

  @Test
  void tickChecksOnlyItsOwnEntries() {
    int all = 10_000;
    IntStream.range(0, all).forEach(i -> wheel.schedule(new Recorder(), now + 1_000 + i));
    int most = 0;
    for (int ticks = 0; checks.size() < all; ticks++) {
      assertTrue(ticks < 300);
      int before = checks.size();
      pass(TICK);
      most = Math.max(most, checks.size() - before);
    }
    assertEquals(TICK, most);
  }

  @Test
  void entriesBeyondTheLimitOfOneTickAreCheckedInTheNextOnes() {
    IntStream.range(0, 2_500).forEach(i -> wheel.schedule(new Recorder(), now + 100));
    var sizes = new ArrayList<Integer>();
    for (int i = 0; i < 6; i++) {
      pass(TICK);
      sizes.add(checks.size());
    }
    assertEquals(2_500, checks.size());
    assertTrue(sizes.contains(1_000) && sizes.contains(2_000), sizes.toString());
  }

  @Test
  void failingEntryDoesNotAffectOthersAndIsCheckedAgain() {
    wheel.schedule(
        new TimingWheel.Entry() {
          private int times;

          @Override
          protected long check(long at) {
            if (times++ == 0) throw new IllegalStateException("meant to fail");
            checks.add(-1L);
            return TimingWheel.NEVER;
          }
        },
        now + 100);
    wheel.schedule(new Recorder(), now + 100);
    pass(200);
    assertEquals(1, checks.size());
    pass(3_000);
    assertTrue(checks.contains(-1L), "it is checked again");
  }

  @Test
  void afterAStallChecksAreDelayedSoThatFramesAreReadFirst() {
    wheel.schedule(new Recorder(), now + 100);
    now += 100_000;
    wheel.advance(now);
    assertEquals(List.of(), checks);
    pass(2_000);
    assertEquals(1, checks.size());
  }

  private void pass(long millis) {
    for (long end = now + millis; now < end; ) {
      now = Math.min(end, now + TICK);
      wheel.advance(now);
    }
  }
}
