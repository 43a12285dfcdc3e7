package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What slow clients cost the other clients and the nodes, and how old their snapshots were.
 *
 * @param p99Without delivery latency of the other clients in ms, without slow clients
 * @param p99With the same with slow clients
 * @param residentKibWithout most memory of each node, without slow clients
 * @param residentKibWith the same with slow clients
 * @param maxSnapshotAge most newer snapshots there were when a slow client read one
 */
record SlowClientCost(
    double p99Without,
    double p99With,
    List<Long> residentKibWithout,
    List<Long> residentKibWith,
    @JsonProperty("oldest_snapshot") int maxSnapshotAge) {
  /** By which share of itself the other clients' p99 may grow. */
  static final double MAX_GROWTH = 0.10;

  /** The bound of {@link #maxSnapshotAge}. */
  static final int MAX_AGE = 2;

  public SlowClientCost {
    residentKibWithout = List.copyOf(residentKibWithout);
    residentKibWith = List.copyOf(residentKibWith);
  }

  /** The other clients' p99 with slow clients, divided by that without; 1 if unknown. */
  @JsonProperty
  public double ratio() {
    return p99Without == 0 ? 1 : p99With / p99Without;
  }

  @JsonProperty
  public boolean othersKept() {
    return ratio() < 1 + MAX_GROWTH;
  }

  @JsonProperty
  public boolean memoryKept() {
    return residentKibWith.stream().allMatch(kib -> kib <= NodeProcess.MAX_RESIDENT_KIB);
  }

  @JsonProperty("numbers_kept")
  public boolean snapshotsKept() {
    return maxSnapshotAge <= MAX_AGE;
  }

  /** Three lines: each figure with its bound and verdict. */
  String text() {
    return line(
            "others' p99",
            "%.1f ms without, %.1f ms with, ratio %.2f, below %.2f"
                .formatted(p99Without, p99With, ratio(), 1 + MAX_GROWTH),
            othersKept())
        + line(
            "nodes' memory",
            "%s MiB without, %s MiB with, at most %d"
                .formatted(
                    mebibytes(residentKibWithout),
                    mebibytes(residentKibWith),
                    NodeProcess.MAX_RESIDENT_KIB >> 10),
            memoryKept())
        + line(
            "slow snapshots",
            "%d updates old at most, %d allowed".formatted(maxSnapshotAge, MAX_AGE),
            snapshotsKept());
  }

  private static String line(String name, String figures, boolean kept) {
    return "%n  %-15s %s: %s".formatted(name, figures, kept ? "kept" : "BROKEN");
  }

  private static String mebibytes(List<Long> kib) {
    return kib.stream().map(each -> Long.toString(each >> 10)).collect(Collectors.joining(", "));
  }
}
