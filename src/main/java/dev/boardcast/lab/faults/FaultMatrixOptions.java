package dev.boardcast.lab.faults;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link FaultMatrix} does.
 *
 * @param workDirectory of the processes it starts; used by one matrix at a time
 * @param rows labels of faults; all if empty
 * @param nodes of the cluster, 2 to 9
 * @param clients of each row
 * @param perSecond events written per second
 * @param seconds how long a fault lasts, if that can be chosen
 * @param tasks whether tasks are written beside the application stream
 * @param alerts whether values cross the bounds of alert rules meanwhile
 * @param enforcesBound whether clients that catch up too late break the verdict
 */
public record FaultMatrixOptions(
    Path workDirectory,
    List<String> rows,
    int nodes,
    int clients,
    double perSecond,
    Optional<Integer> seconds,
    boolean tasks,
    boolean alerts,
    boolean enforcesBound) {

  public FaultMatrixOptions {
    rows = rows.isEmpty() ? labels(alerts) : List.copyOf(rows);
    if (nodes < 2 || nodes > 9) throw new IllegalArgumentException("nodes must be 2 to 9");
    if (clients < 1) throw new IllegalArgumentException("clients must be at least 1");
    Set<String> unknown = new LinkedHashSet<>(rows);
    Fault.labels().forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "rows must be of " + String.join(", ", Fault.labels()) + ", was " + unknown);
    }
    if (!labels(alerts).containsAll(rows)) {
      throw new IllegalArgumentException(
          "rows must not be of alerts without --alerts, was " + String.join(", ", rows));
    }
  }

  private static List<String> labels(boolean alerts) {
    return Fault.labels().stream()
        .filter(label -> alerts || !Fault.of(label).needsAlerts())
        .toList();
  }
}
