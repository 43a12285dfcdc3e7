package dev.boardcast.memory;

import dev.boardcast.bus.MemberBeacon;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Knows which other nodes a node sees: those whose messages arrive, until the cluster has lost
 * them, they announce their end, or they are silent for {@value #SILENCE_MILLIS} ms. Not thread
 * safe. Times are milliseconds of a monotonic clock.
 */
final class Members {
  static final int SILENCE_MILLIS = 2_000;

  // A process that was suspended reads its messages before it judges others.
  private static final int MAX_STEP_MILLIS = 500;

  private final String self;
  private final Map<String, Seen> others = new HashMap<>();
  private Set<String> inCluster = Set.of();
  private boolean isLeaving;
  private long checkedAt;

  private static final class Seen {
    String member;
    boolean isLeaving;
    long at;
  }

  Members(String self, long now) {
    this.self = self;
    this.checkedAt = now;
  }

  void leave() {
    isLeaving = true;
  }

  boolean isLeaving() {
    return isLeaving;
  }

  /** Takes a beacon; returns whether it tells something new. */
  boolean received(MemberBeacon beacon, long now) {
    if (beacon.gone() || !isInCluster(beacon.member())) {
      return others.remove(beacon.node()) != null;
    }
    Seen seen = others.get(beacon.node());
    boolean isNew = seen == null || seen.isLeaving != beacon.leaving();
    if (seen == null) {
      seen = new Seen();
      others.put(beacon.node(), seen);
    }
    seen.member = beacon.member();
    seen.isLeaving = beacon.leaving();
    seen.at = now;
    return isNew;
  }

  /** Takes a message; false when it is of a node that is not seen, and to be dropped. */
  boolean received(String node, long now) {
    Seen seen = others.get(node);
    if (seen == null) return false;
    seen.at = now;
    return true;
  }

  /**
   * Takes the ids of all in the cluster.
   *
   * @param now the time
   */
  void inCluster(List<String> members, long now) {
    inCluster = new HashSet<>(members);
    boolean wasSuspended = now - checkedAt > MAX_STEP_MILLIS;
    checkedAt = now;
    if (wasSuspended) others.values().forEach(seen -> seen.at = now);
    others.values().removeIf(seen -> now - seen.at > SILENCE_MILLIS || !isInCluster(seen.member));
  }

  private boolean isInCluster(String member) {
    return member.isEmpty() || inCluster.isEmpty() || inCluster.contains(member);
  }

  /** Whether every member of the cluster is known; one that is no node of ours never is. */
  boolean areAllKnown(String ownMember) {
    var known = new HashSet<String>();
    known.add(ownMember);
    others.values().forEach(seen -> known.add(seen.member));
    return known.containsAll(inCluster);
  }

  Membership current() {
    var reachable = new TreeSet<>(others.keySet());
    reachable.add(self);
    var numbering = new TreeSet<>(reachable);
    others.forEach(
        (node, seen) -> {
          if (seen.isLeaving) numbering.remove(node);
        });
    if (isLeaving) numbering.remove(self);
    return new Membership(reachable, numbering);
  }
}
