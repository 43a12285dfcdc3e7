package dev.boardcast.gateway.session;

import dev.boardcast.spi.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The reads of teams in progress that further sessions may share: one per principal of a token. One
 * event loop.
 */
final class TeamReads {
  private final Map<String, Map<Principal, Read>> byUser = new HashMap<>();

  /** One read, retried until it succeeds, and the sessions that wait for it. */
  static final class Read {
    private final Principal claimed;
    private List<Waiting> waiting = new ArrayList<>(2);
    private boolean failed;

    private Read(Principal claimed) {
      this.claimed = claimed;
    }

    Principal claimed() {
      return claimed;
    }

    /**
     * @param number of {@link Session#startTeamRead}
     */
    void join(Session session, int number) {
      waiting.add(new Waiting(session, number));
    }

    /** An attempt has failed and will be retried. */
    void fail() {
      failed = true;
    }

    boolean hasFailed() {
      return failed;
    }

    /** Whether a session still waits for it, and not for a later read. */
    boolean isAwaited() {
      return waiting.stream().anyMatch(Waiting::isCurrent);
    }

    /** Calls {@code action} for each of these. */
    void forEachWaiting(Consumer<Session> action) {
      waiting = new ArrayList<>(waiting.stream().filter(Waiting::isCurrent).toList());
      for (Waiting each : List.copyOf(waiting)) {
        if (each.isCurrent()) action.accept(each.session());
      }
    }
  }

  private record Waiting(Session session, int number) {
    private boolean isCurrent() {
      return session.isLatestTeamRead(number);
    }
  }

  /**
   * The read that a session of that principal may join; null for none. While no session of the user
   * was there, changes went unnoticed.
   */
  Read find(Principal claimed) {
    Read read = byUser.getOrDefault(claimed.user(), Map.of()).get(claimed);
    return read != null && read.isAwaited() ? read : null;
  }

  Read add(Principal claimed) {
    var read = new Read(claimed);
    byUser.computeIfAbsent(claimed.user(), first -> new HashMap<>(2)).put(claimed, read);
    return read;
  }

  void remove(Read read) {
    String user = read.claimed.user();
    Map<Principal, Read> reads = byUser.get(user);
    if (reads != null && reads.remove(read.claimed, read) && reads.isEmpty()) byUser.remove(user);
  }

  /** Further sessions do not share reads of this user that are in progress. */
  void forget(String user) {
    byUser.remove(user);
  }

  void forgetAll() {
    byUser.clear();
  }
}
