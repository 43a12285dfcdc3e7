package dev.boardcast.lab.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts of the lines of a replay. Thread safe. */
public final class ReplayReport {
  private static final int MAX_REASONS = 10;

  private long accepted;
  private long duplicate;
  private long rejected;
  private final List<String> reasons = new ArrayList<>();
  private String aborted;

  ReplayReport() {}

  public synchronized long accepted() {
    return accepted;
  }

  /** Lines that the node had already. */
  public synchronized long duplicate() {
    return duplicate;
  }

  public synchronized long rejected() {
    return rejected;
  }

  /** The first reasons of rejections, each with its line number. */
  public synchronized List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** Why the replay ended before the end of the file. */
  public synchronized Optional<String> aborted() {
    return Optional.ofNullable(aborted);
  }

  /** Whether no line was rejected or left out. */
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
    if (reasons.size() < MAX_REASONS) reasons.add("line " + line + ": " + reason);
  }

  synchronized void abort(String reason) {
    if (aborted == null) aborted = reason;
  }
}
