package dev.boardcast.gateway.session;

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
  private final List<Long> looks = new ArrayList<>();

  /** One that wants to be looked at again after each of some pauses. */
  private final class Waiting extends TimingWheel.Entry {
    private final List<Long> pauses;
    private int looked;

    private Waiting(Long... pauses) {
      this.pauses = List.of(pauses);
    }

    @Override
    long look(long at) {
      looks.add(at);
      return looked < pauses.size() ? at + pauses.get(looked++) : TimingWheel.NEVER;
    }
  }

  @Test
  void oneIsLookedAtInItsTickAndNotBefore() {
    long due = now + 1_234;
    wheel.arm(new Waiting(), due);
    pass(5_000);
    assertEquals(1, looks.size());
    assertTrue(looks.get(0) >= due && looks.get(0) <= due + 2 * TICK, looks + " for " + due);
  }

  @Test
  void whoTellsALaterTimeIsLookedAtThen() {
    wheel.arm(new Waiting(3_000L, 500L), now + 1_000);
    pass(10_000);
    assertEquals(3, looks.size());
    assertTrue(looks.get(1) - looks.get(0) >= 3_000);
    assertTrue(looks.get(2) - looks.get(1) >= 500);
    assertTrue(looks.get(2) - looks.get(0) <= 3_500 + 2 * TICK);
  }

  @Test
  void aNewTimeTakesThePlaceOfTheOldOneSoonerOrLater() {
    var entry = new Waiting();
    wheel.arm(entry, now + 30_000);
    wheel.arm(entry, now + 100);
    pass(200);
    assertEquals(1, looks.size());
    wheel.arm(entry, now + 100);
    wheel.arm(entry, now + 1_000);
    pass(500);
    assertEquals(1, looks.size());
    pass(40_000);
    assertEquals(2, looks.size());
  }

  @Test
  void whoIsTakenOffIsNeverLookedAt() {
    var gone = new Waiting();
    var before = new Waiting();
    var after = new Waiting();
    for (Waiting one : List.of(before, gone, after)) wheel.arm(one, now + 100);
    wheel.drop(gone);
    wheel.drop(gone);
    pass(60_000);
    assertEquals(2, looks.size());
    assertEquals(0, gone.looked);
  }

  @Test
  void whatIsFartherThanTheWheelIsNotLost() {
    long due = now + 200_000;
    wheel.arm(
        new TimingWheel.Entry() {
          @Override
          long look(long at) {
            if (at < due) return due;
            looks.add(at);
            return TimingWheel.NEVER;
          }
        },
        due);
    pass(300_000);
    assertEquals(1, looks.size());
    assertTrue(looks.get(0) - due <= 2 * TICK);
  }

  @Test
  void thousandsAreSpreadAndATickLooksAtItsOwnAlone() {
    int all = 10_000;
    IntStream.range(0, all).forEach(i -> wheel.arm(new Waiting(), now + 1_000 + i));
    int most = 0;
    for (int ticks = 0; looks.size() < all; ticks++) {
      assertTrue(ticks < 300);
      int before = looks.size();
      pass(TICK);
      most = Math.max(most, looks.size() - before);
    }
    assertEquals(TICK, most);
  }

  @Test
  void whereMoreAreDueThanATickCanTakeTheRestComesInTheNextOnes() {
    IntStream.range(0, 2_500).forEach(i -> wheel.arm(new Waiting(), now + 100));
    var sizes = new ArrayList<Integer>();
    for (int i = 0; i < 6; i++) {
      pass(TICK);
      sizes.add(looks.size());
    }
    assertEquals(2_500, looks.size());
    assertTrue(sizes.contains(1_000) && sizes.contains(2_000), sizes.toString());
  }

  @Test
  void aFailureCostsTheOthersNothing() {
    wheel.arm(
        new TimingWheel.Entry() {
          private int times;

          @Override
          long look(long at) {
            if (times++ == 0) throw new IllegalStateException("meant to fail");
            looks.add(-1L);
            return TimingWheel.NEVER;
          }
        },
        now + 100);
    wheel.arm(new Waiting(), now + 100);
    pass(200);
    assertEquals(1, looks.size());
    pass(3_000);
    assertTrue(looks.contains(-1L), "it is looked at again");
  }

  @Test
  void afterAStandstillPeersAreHeardBeforeAnybodyIsLookedAt() {
    wheel.arm(new Waiting(), now + 100);
    now += 100_000;
    wheel.advance(now);
    assertEquals(List.of(), looks);
    pass(2_000);
    assertEquals(1, looks.size());
  }

  private void pass(long millis) {
    for (long end = now + millis; now < end; ) {
      now = Math.min(end, now + TICK);
      wheel.advance(now);
    }
  }
}
