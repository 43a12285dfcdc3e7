package dev.boardcast.bench;

import dev.boardcast.bench.CostCase.Times;
import dev.boardcast.testing.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot costs with ever more facts stored: from the commit of 1000 new facts to the
 * snapshot on the bus, in a whole node; beside it the plain query over all facts.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.CostBench 1000000 11"
 * }</pre>
 *
 * Arguments: most facts (1000000), repetitions (11), boards (all of them). PostgreSQL waits for the
 * disk, as in production. Ten million facts take about 4 GB of disk per board, one board at a time.
 */
public final class CostBench {
  private static final long LEAST = 10_000;
  private static final double BAR = 1.5;

  private CostBench() {}

  public static void main(String[] arguments) throws Exception {
    long most = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    int repetitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 11;
    var boards = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
    System.out.printf("%s; %d repetitions, medians%n", Bench.machine(), repetitions);
    System.out.printf(
        "%-10s %12s %16s %10s %16s %10s%n",
        "board", "facts", "snapshot ms", "to first", "plain query ms", "times");
    for (CostFacts facts : CostFacts.ALL) {
      if (boards.isEmpty() || boards.contains(facts.board())) measure(facts, most, repetitions);
    }
    System.exit(0);
  }

  private static void measure(CostFacts facts, long most, int repetitions) throws Exception {
    Path dir = Files.createTempDirectory("boardcast-cost");
    List<Times> all = new ArrayList<>();
    try (var servers = Services.durable(dir)) {
      // A young JVM is slow, whatever is stored.
      new CostCase(facts, servers.freshDatabase()).with(LEAST, repetitions);
      var board = new CostCase(facts, servers.freshDatabase());
      for (long size = LEAST; size <= most; size *= 10) {
        var times = board.with(size, repetitions);
        all.add(times);
        System.out.printf(
            "%-10s %,12d %16.1f %10.2f %16.1f %10.1f%n",
            facts.board(),
            size,
            times.snapshot(),
            times.snapshot() / all.get(0).snapshot(),
            times.plain(),
            times.plain() / times.snapshot());
      }
    } finally {
      Bench.delete(dir);
    }
    double ratio = all.get(all.size() - 1).snapshot() / all.get(0).snapshot();
    System.out.printf("%s: %.2f of at most %.1f%n", facts.board(), ratio, BAR);
  }
}
