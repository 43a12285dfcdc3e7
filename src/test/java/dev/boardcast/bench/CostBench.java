package dev.boardcast.bench;

import dev.boardcast.testing.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how the time of a snapshot depends on the number of stored facts: from the commit of
 * 1000 new facts to the snapshot on the bus of a whole node, compared with a query over all facts.
 * Sizes alternate, so that other load of the machine affects all of them.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.CostBench 10000000 21"
 * }</pre>
 *
 * Arguments: most facts (1000000), rounds (21), boards (all of them). PostgreSQL waits for the
 * disk, as in production. Ten million facts take 4 GB of disk and some minutes per board, one board
 * at a time. Each round adds 1000 facts.
 */
public final class CostBench {
  private static final long LEAST = 10_000;
  private static final int WARM_UP = 15;
  private static final int PLAIN_ROUNDS = 3;
  private static final double BAR = 1.5;

  private CostBench() {}

  public static void main(String[] arguments) throws Exception {
    long most = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 21;
    var boards = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
    System.out.printf("%s; %d rounds, medians%n", Bench.machine(), rounds);
    System.out.printf(
        "%-10s %12s %12s %10s %16s %10s%n",
        "board", "facts", "snapshot ms", "to first", "plain query ms", "times");
    for (CostFacts facts : CostFacts.ALL) {
      if (boards.isEmpty() || boards.contains(facts.board())) measure(facts, most, rounds);
    }
    System.exit(0);
  }

  private static void measure(CostFacts facts, long most, int rounds) throws Exception {
    Path dir = Files.createTempDirectory("boardcast-cost");
    List<CostCase> cases = new ArrayList<>();
    try (var servers = Services.durable(dir)) {
      for (long size = LEAST; size <= most; size *= 10) {
        cases.add(new CostCase(facts, servers.freshDatabase(), size));
      }
      for (CostCase each : cases) each.start();
      rounds(WARM_UP, cases, CostCase::snapshot);
      var snapshots = rounds(rounds, cases, CostCase::snapshot);
      var plain = rounds(PLAIN_ROUNDS, cases, CostCase::plain);
      for (CostCase each : cases) each.stop();
      double first = snapshots.get(0);
      for (int i = 0; i < cases.size(); i++) {
        System.out.printf(
            "%-10s %,12d %12.1f %10.2f %16.1f %10.1f%n",
            facts.board(),
            cases.get(i).size(),
            snapshots.get(i),
            snapshots.get(i) / first,
            plain.get(i),
            plain.get(i) / snapshots.get(i));
      }
      double ratio = snapshots.get(cases.size() - 1) / first;
      System.out.printf(
          "%s: %.2f of at most %.1f; %s%n", facts.board(), ratio, BAR, Bench.machine());
    } finally {
      Bench.delete(dir);
    }
  }

  private interface Measure {
    double of(CostCase one) throws Exception;
  }

  /** Each case's median. */
  private static List<Double> rounds(int rounds, List<CostCase> cases, Measure measure)
      throws Exception {
    List<List<Double>> times = new ArrayList<>();
    for (CostCase each : cases) times.add(new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < cases.size(); i++) times.get(i).add(measure.of(cases.get(i)));
    }
    return times.stream().map(Bench::median).toList();
  }
}
