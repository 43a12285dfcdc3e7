package dev.boardcast.auth.revocation;

import java.util.TreeSet;

/**
 * Up to which version a node knows all revocations: by the database, and then by messages of the
 * bus that have come without a gap. Not thread safe.
 */
final class KnownVersions {
  // Of later messages; beyond it a gap stays until the database answers.
  private static final int MAX_AHEAD = 1_000;

  private final TreeSet<Long> ahead = new TreeSet<>();
  private long known;

  /** The database has told all up to this version. */
  void read(long version) {
    known = Math.max(known, version);
    close();
  }

  /** The database is older than what was known. */
  void reset() {
    known = 0;
    ahead.clear();
  }

  /** The revocation of this version has come over the bus. */
  void announced(long version) {
    if (version <= known || ahead.size() >= MAX_AHEAD) return;
    ahead.add(version);
    close();
  }

  long known() {
    return known;
  }

  private void close() {
    while (!ahead.isEmpty() && ahead.first() <= known + 1) {
      known = Math.max(known, ahead.pollFirst());
    }
  }
}
