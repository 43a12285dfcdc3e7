package dev.boardcast.gateway.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts which parts of boards the sessions of a node follow. Thread safe. */
public final class FollowedParts {
  /** The most different parts. */
  static final int MAX = 10_000;

  private final Map<String, Integer> followers = new HashMap<>();

  /** Counts a follower of a part; false when that would be one part too many. */
  synchronized boolean acquire(String part) {
    Integer known = followers.get(part);
    if (known == null && followers.size() >= MAX) return false;
    followers.put(part, known == null ? 1 : known + 1);
    return true;
  }

  /** No longer counts one follower of a part. */
  synchronized void release(String part) {
    followers.computeIfPresent(part, (same, count) -> count == 1 ? null : count - 1);
  }

  /** How many parts somebody follows. */
  public synchronized int count() {
    return followers.size();
  }

  /** The names of the parts that somebody follows. */
  public synchronized List<String> names() {
    return List.copyOf(followers.keySet());
  }
}
