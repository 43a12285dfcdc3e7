package dev.boardcast.metrics;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** One step of a scenario. */
sealed interface FoldStep {
  /** The connection does not break. */
  int UNCUT = -1;

  /**
   * A fact.
   *
   * @param writer whose transaction; the last one commits at once, and only it uses event ids
   * @param event number of the event id; 0 for none
   * @param after its time relative to now in seconds, mostly negative
   */
  record AddFact(int writer, int event, int kind, int key, int after, int amount, int state)
      implements FoldStep {}

  /** How a transaction ends. */
  enum Ending {
    COMMIT,
    ROLLBACK,
    CRASH
  }

  record End(int writer, Ending how) implements FoldStep {}

  /** Time passes, or the clock is set back. */
  record Pass(int seconds) implements FoldStep {}

  /**
   * @param node the node that folds, and takes over if it does not hold the lease
   * @param cutAfter number of statements before the connection breaks
   */
  record Fold(int node, int cutAfter) implements FoldStep {}

  /** The board is rebuilt. */
  record Rebuild(int cutAfter) implements FoldStep {}

  static Arbitrary<List<FoldStep>> sequences() {
    return Arbitraries.<FoldStep>frequencyOf(
            Tuple.of(24, facts()),
            Tuple.of(6, ends()),
            Tuple.of(3, passes()),
            Tuple.of(6, folds()),
            Tuple.of(1, cuts().map(Rebuild::new)))
        .list()
        .ofMinSize(5)
        .ofMaxSize(45);
  }

  private static Arbitrary<FoldStep> facts() {
    var digit = Arbitraries.integers().between(0, 9);
    return Combinators.combine(
            Arbitraries.integers().between(0, FoldScenario.WRITERS),
            Arbitraries.integers().between(0, 6),
            digit,
            Arbitraries.integers().between(0, 3),
            times(),
            digit,
            digit)
        .as(AddFact::new);
  }

  /** Times around now, and around the limits that boards distinguish. */
  private static Arbitrary<Integer> times() {
    int minute = 60;
    int hour = 3600;
    int day = 24 * hour;
    return Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.of(0, -1, -20, -59, -60, -240, -299, -300, -301, -900)),
        Tuple.of(4, Arbitraries.integers().between(-12 * minute, minute / 2)),
        Tuple.of(3, Arbitraries.integers().between(0, 12 * 24).map(hours -> -hours * hour)),
        Tuple.of(2, Arbitraries.of(-1, 0, 1, 899, 900).map(at -> at - 7 * day)),
        Tuple.of(1, Arbitraries.of(590, 880, 899, 900, 901, 1180).map(at -> at - 4 * day)),
        Tuple.of(2, Arbitraries.integers().between(-100_000, 80_000)),
        Tuple.of(1, Arbitraries.integers().between(-1_000_000, -80_000)));
  }

  private static Arbitrary<FoldStep> ends() {
    return Combinators.combine(
            Arbitraries.integers().between(0, FoldScenario.WRITERS - 1),
            Arbitraries.of(Ending.COMMIT, Ending.COMMIT, Ending.ROLLBACK, Ending.CRASH))
        .as(End::new);
  }

  private static Arbitrary<FoldStep> passes() {
    return Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of(1, 20, 59, 60, 299, 300, 900)),
            Tuple.of(3, Arbitraries.integers().between(3_600, 100_000)),
            Tuple.of(1, Arbitraries.integers().between(-3_600, -1)))
        .map(Pass::new);
  }

  private static Arbitrary<FoldStep> folds() {
    return Combinators.combine(Arbitraries.of(0, 0, 0, 1), cuts()).as(Fold::new);
  }

  /** May exceed the number of statements: then the connection does not break. */
  private static Arbitrary<Integer> cuts() {
    return Arbitraries.oneOf(Arbitraries.just(UNCUT), Arbitraries.integers().between(0, 30));
  }
}
