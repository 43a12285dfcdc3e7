package dev.boardcast.alerts;

import static dev.boardcast.alerts.AlertStatus.FIRING;
import static dev.boardcast.alerts.AlertStatus.NO_DATA;
import static dev.boardcast.alerts.AlertStatus.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.alerts.AlertMachine.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The state machine of rules keeps its promises for any sequence of verdicts. */
class AlertMachineTest {
  private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");

  /** A verdict, some seconds after the one before. */
  record Look(Verdict verdict, int seconds) {}

  /** What happened, at which second. */
  record Change(AlertStatus to, long at) {}

  @Provide
  Arbitrary<AlertMachine> machines() {
    var times = Arbitraries.integers().between(1, 60).map(Duration::ofSeconds);
    return Combinators.combine(times, times, times.optional()).as(AlertMachine::new);
  }

  @Provide
  Arbitrary<List<Look>> looks() {
    var verdict = Arbitraries.of(Verdict.class);
    var seconds = Arbitraries.integers().between(0, 40);
    return Combinators.combine(verdict, seconds).as(Look::new).list().ofMaxSize(80);
  }

  @Property(tries = 500)
  void aValueHasAtMostOneTransitionInTheShortestOfItsTimes(
      @ForAll("machines") AlertMachine machine, @ForAll("looks") List<Look> looks) {
    List<Change> changes = run(machine, looks);
    long shortest =
        List.of(machine.hold(), machine.clear(), machine.noData().orElse(machine.hold())).stream()
            .mapToLong(Duration::toSeconds)
            .min()
            .orElseThrow();
    for (int i = 1; i < changes.size(); i++) {
      long between = changes.get(i).at() - changes.get(i - 1).at();
      assertTrue(between >= shortest, () -> changes + " with " + machine);
    }
  }

  @Property(tries = 500)
  void itFiresOnlyAfterTheHoldTimeWithoutABreak(
      @ForAll("machines") AlertMachine machine, @ForAll("looks") List<Look> looks) {
    State state = State.NEW;
    Instant now = START;
    Instant beyondSince = null;
    for (Look look : looks) {
      now = now.plusSeconds(look.seconds());
      boolean isBeyond = look.verdict() == Verdict.BREACH;
      if (!isBeyond) beyondSince = null;
      else if (beyondSince == null) beyondSince = now;
      State next = machine.next(state, look.verdict(), now);
      if (next.status() == FIRING && state.status() != FIRING) {
        assertTrue(isBeyond && !now.isBefore(beyondSince.plus(machine.hold())));
      }
      boolean isHeld = isBeyond && !now.isBefore(beyondSince.plus(machine.hold()));
      if (isHeld) assertEquals(FIRING, next.status());
      state = next;
    }
  }

  @Property(tries = 500)
  void withoutValuesNothingFires(@ForAll("machines") AlertMachine machine) {
    State state = State.NEW;
    Instant now = START;
    for (int i = 0; i < 200; i++) {
      state = machine.next(state, Verdict.ABSENT, now);
      assertFalse(state.status() == FIRING || state.isPending());
      now = now.plusSeconds(1);
    }
    assertEquals(machine.noData().isPresent() ? NO_DATA : OK, state.status());
  }

  @Property(tries = 500)
  void theTimeAtWhichItIsDueIsThatOfTheNextTransition(
      @ForAll("machines") AlertMachine machine, @ForAll("looks") List<Look> looks) {
    State state = State.NEW;
    Instant now = START;
    for (Look look : looks) {
      now = now.plusSeconds(look.seconds());
      state = machine.next(state, look.verdict(), now);
      Optional<Instant> due = machine.due(state);
      if (due.isEmpty()) continue;
      assertTrue(due.get().isAfter(now), () -> "due in the past");
      State before = machine.next(state, look.verdict(), due.get().minusMillis(1));
      assertEquals(state.status(), before.status());
      assertTrue(machine.next(state, look.verdict(), due.get()).status() != state.status());
    }
  }

  @Property(tries = 200)
  void nothingStaysOpenForEver(
      @ForAll("machines") AlertMachine machine, @ForAll("looks") List<Look> looks) {
    State state = State.NEW;
    Instant now = START;
    for (Look look : looks) {
      now = now.plusSeconds(look.seconds());
      state = machine.next(state, look.verdict(), now);
    }
    for (int i = 0; i < 4; i++) {
      now = now.plus(machine.hold()).plus(machine.clear());
      state = machine.next(state, Verdict.CLEAR, now);
    }
    assertEquals(OK, state.status());
  }

  @Example
  void aValueThatSwingsFasterThanTheHoldTimeIsNeverTold() {
    var machine =
        new AlertMachine(Duration.ofSeconds(10), Duration.ofSeconds(10), Optional.empty());
    List<Look> looks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      looks.add(new Look(i % 2 == 0 ? Verdict.BREACH : Verdict.CLEAR, 6));
    }
    assertEquals(List.of(), run(machine, looks));
  }

  @Example
  void betweenTheTwoBoundsNothingChanges() {
    var machine = new AlertMachine(Duration.ofSeconds(1), Duration.ofSeconds(1), Optional.empty());
    State firing = new State(FIRING, AlertTimers.NONE);
    State ok = State.NEW;
    for (int i = 0; i < 20; i++) {
      firing = machine.next(firing, Verdict.BETWEEN, START.plusSeconds(i));
      ok = machine.next(ok, Verdict.BETWEEN, START.plusSeconds(i));
    }
    assertEquals(FIRING, firing.status());
    assertEquals(OK, ok.status());
  }

  @Example
  void aClockThatWasSetBackStartsTheHoldTimeAnew() {
    var machine =
        new AlertMachine(Duration.ofSeconds(10), Duration.ofSeconds(10), Optional.empty());
    State state = machine.next(State.NEW, Verdict.BREACH, START);
    state = machine.next(state, Verdict.BREACH, START.minusSeconds(3600));
    assertEquals(OK, state.status());
    state = machine.next(state, Verdict.BREACH, START.minusSeconds(3590));
    assertEquals(FIRING, state.status());
  }

  private static List<Change> run(AlertMachine machine, List<Look> looks) {
    List<Change> changes = new ArrayList<>();
    State state = State.NEW;
    Instant now = START;
    for (Look look : looks) {
      now = now.plusSeconds(look.seconds());
      State next = machine.next(state, look.verdict(), now);
      if (next.status() != state.status()) {
        changes.add(new Change(next.status(), now.getEpochSecond()));
      }
      state = next;
    }
    return changes;
  }
}
