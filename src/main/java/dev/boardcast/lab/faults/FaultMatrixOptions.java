package dev.boardcast.lab.faults;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a laboratory of faults does.
 *
 * @param home where it keeps what it starts; used by one at a time
 * @param rows names of faults; all when empty
 * @param nodes of the cluster, at least 2
 * @param clients of each row
 * @param perSecond events written per second
 * @param seconds that a fault lasts, where that can be chosen
 * @param tasks whether tasks are written beside the application stream
 * @param judgesTime whether clients that are whole too late break the verdict
 */
public record FaultMatrixOptions(
    Path home,
    List<String> rows,
    int nodes,
    int clients,
    double perSecond,
    Optional<Integer> seconds,
    boolean tasks,
    boolean judgesTime) {

  public FaultMatrixOptions {
    rows = rows.isEmpty() ? Fault.labels() : List.copyOf(rows);
    if (nodes < 2 || nodes > 9) throw new IllegalArgumentException("nodes must be 2 to 9");
    if (clients < 1) throw new IllegalArgumentException("clients must be at least 1");
    Set<String> unknown = new LinkedHashSet<>(rows);
    Fault.labels().forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "rows must be of " + String.join(", ", Fault.labels()) + ", was " + unknown);
    }
  }
}
