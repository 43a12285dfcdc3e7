package dev.boardcast.bus;

/**
 * Orders the configurations of a shard's log in memory: which node numbers, and which holds the
 * copy. No two nodes make the same one.
 *
 * @param node that made it
 */
public record LogTerm(long number, String node) implements Comparable<LogTerm> {
  /** Before every other. */
  public static final LogTerm NONE = new LogTerm(0, "");

  /** The next one after this, of a node. */
  public LogTerm next(String by) {
    return new LogTerm(number + 1, by);
  }

  public boolean isBefore(LogTerm other) {
    return compareTo(other) < 0;
  }

  /** The later of two. */
  public LogTerm max(LogTerm other) {
    return isBefore(other) ? other : this;
  }

  @Override
  public int compareTo(LogTerm other) {
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : node.compareTo(other.node);
  }
}
