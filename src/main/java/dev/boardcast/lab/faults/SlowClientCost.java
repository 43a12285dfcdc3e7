package dev.boardcast.lab.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What slow clients cost the others, and what they got themselves.
 *
 * @param p99Without of the others, in ms, when all read
 * @param p99With of the others, in ms, beside slow ones
 * @param residentKibWithout most memory of each node, when all read
 * @param residentKibWith the same beside slow ones
 * @param oldestSnapshot most updates that a slow client's numbers were behind
 */
record SlowClientCost(
    double p99Without,
    double p99With,
    List<Long> residentKibWithout,
    List<Long> residentKibWith,
    int oldestSnapshot) {
  /** By how much of itself the others' p99 may grow. */
  static final double MOST_MOVED = 0.10;

  /** Most updates that a slow client's numbers may be behind. */
  static final int MOST_AGE = 2;

  public SlowClientCost {
    residentKibWithout = List.copyOf(residentKibWithout);
    residentKibWith = List.copyOf(residentKibWith);
  }

  /** The others' p99 beside slow ones as a multiple of that without them; 1 when unknown. */
  @JsonProperty
  public double ratio() {
    return p99Without == 0 ? 1 : p99With / p99Without;
  }

  @JsonProperty
  public boolean othersKept() {
    return ratio() < 1 + MOST_MOVED;
  }

  @JsonProperty
  public boolean memoryKept() {
    return residentKibWith.stream().allMatch(kib -> kib <= NodeProcess.MOST_RESIDENT_KIB);
  }

  @JsonProperty
  public boolean numbersKept() {
    return oldestSnapshot <= MOST_AGE;
  }

  /** Each with its bound and verdict. */
  String text() {
    return line(
            "others' p99",
            "%.1f ms without, %.1f ms with, ratio %.2f, below %.2f"
                .formatted(p99Without, p99With, ratio(), 1 + MOST_MOVED),
            othersKept())
        + line(
            "nodes' memory",
            "%s MiB without, %s MiB with, at most %d"
                .formatted(
                    mebibytes(residentKibWithout),
                    mebibytes(residentKibWith),
                    NodeProcess.MOST_RESIDENT_KIB >> 10),
            memoryKept())
        + line(
            "slow numbers",
            "%d updates old at most, %d allowed".formatted(oldestSnapshot, MOST_AGE),
            numbersKept());
  }

  private static String line(String name, String what, boolean kept) {
    return "%n  %-15s %s: %s".formatted(name, what, kept ? "kept" : "BROKEN");
  }

  private static String mebibytes(List<Long> kib) {
    return kib.stream().map(each -> Long.toString(each >> 10)).collect(Collectors.joining(", "));
  }
}
