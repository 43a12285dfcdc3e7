package dev.boardcast.security;

import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what the clients of a cluster notice of attackers who reach all of its ports: runs with
 * and without attackers alternate, and medians of the delivery latency are compared. Linux only.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.security.AttackBench 300 20 4 15 3"
 * }</pre>
 *
 * Arguments: clients (300), events per second (20), attempts per second of each of twelve attacks
 * (4), seconds per run (15), pairs of runs (3).
 */
public final class AttackBench {
  private AttackBench() {}

  public static void main(String[] arguments) throws Exception {
    int[] values = {300, 20, 4, 15, 3};
    for (int i = 0; i < arguments.length; i++) values[i] = Integer.parseInt(arguments[i]);
    Path dir = Files.createTempDirectory("boardcast-attack");
    try (DedicatedServices servers = Services.durable(dir);
        var attacked = new AttackedCluster(servers.freshDatabase())) {
      // Compiles what runs most.
      attacked.load(values[0], values[1], values[3]);
      var without = new ArrayList<Double>();
      var with = new ArrayList<Double>();
      for (int pair = 0; pair < values[4]; pair++) {
        without.add(p99("without", attacked.load(values[0], values[1], values[3])));
        try (Attackers attackers = attacked.attack(values[2])) {
          with.add(p99("with   ", attacked.load(values[0], values[1], values[3])));
          System.out.println("        attempts " + attackers.attempts());
          System.out.println("        achieved " + attackers.successes());
        }
      }
      System.out.printf(
          "p99 of deliveries, medians: %.1f ms without, %.1f ms with attackers, ratio %.2f%n",
          median(without), median(with), median(with) / median(without));
    }
    System.exit(0);
  }

  private static double p99(String name, LoadReport report) {
    var deliveries = report.deliveries().get("steady");
    System.out.printf(
        "%s p50 %.1f ms, p99 %.1f ms, %s%n",
        name,
        deliveries.p50(),
        deliveries.p99(),
        report.kept() ? "nothing lost, duplicated or out of order" : report.text());
    return deliveries.p99();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
