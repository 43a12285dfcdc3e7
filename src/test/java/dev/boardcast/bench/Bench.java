package dev.boardcast.bench;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.config.Settings;
import dev.boardcast.testing.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Functions shared by the benchmarks. */
final class Bench {
  private Bench() {}

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The machine's number of cores and load average of the last minute. */
  static String machine() {
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return "%d cores, load %.1f"
        .formatted(system.getAvailableProcessors(), system.getSystemLoadAverage());
  }

  /** Settings without authentication. */
  static AuthConfig open() {
    return Settings.of(
        AuthConfig.class, "auth=off", "jwt-secret=" + Cluster.SECRET, "jwt-leeway=0ms");
  }

  /** Deletes a directory with its content. */
  static void delete(Path dir) throws IOException {
    try (var files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
