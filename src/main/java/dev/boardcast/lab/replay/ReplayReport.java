package dev.boardcast.lab.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What became of the lines of a replay. Filled from any thread. */
public final class ReplayReport {
  private static final int REASONS = 10;

  private long accepted;
  private long duplicate;
  private long rejected;
  private final List<String> reasons = new ArrayList<>();
  private String aborted;

  ReplayReport() {}

  public synchronized long accepted() {
    return accepted;
  }

  /** Lines that were there already. */
  public synchronized long duplicate() {
    return duplicate;
  }

  public synchronized long rejected() {
    return rejected;
  }

  /** The first reasons, each with its line. */
  public synchronized List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** Why the replay ended before the file did. */
  public synchronized Optional<String> aborted() {
    return Optional.ofNullable(aborted);
  }

  /** Whether every line is in. */
  public synchronized boolean isComplete() {
    return rejected == 0 && aborted == null;
  }

  @Override
  public synchronized String toString() {
    return "accepted %d, duplicate %d, rejected %d".formatted(accepted, duplicate, rejected);
  }

  synchronized void count(long accepted, long duplicate, long rejected) {
    this.accepted += accepted;
    this.duplicate += duplicate;
    this.rejected += rejected;
  }

  synchronized void reason(long line, String reason) {
    if (reasons.size() < REASONS) reasons.add("line " + line + ": " + reason);
  }

  synchronized void abort(String reason) {
    if (aborted == null) aborted = reason;
  }
}
