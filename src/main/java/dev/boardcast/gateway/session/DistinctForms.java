package dev.boardcast.gateway.session;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts the different forms in which the sessions of a node have chosen topics: each costs work
 * and memory for every message, however few sessions have it. Thread safe.
 */
public final class DistinctForms {
  static final int MAX = 1_000;

  private final Map<Object, Integer> users = new HashMap<>();

  /** Counts a user of a form; false when that would be one form too many. */
  synchronized boolean acquire(Object form) {
    Integer known = users.get(form);
    if (known == null && users.size() >= MAX) return false;
    users.put(form, known == null ? 1 : known + 1);
    return true;
  }

  /** No longer counts one user of a form. */
  synchronized void release(Object form) {
    users.computeIfPresent(form, (same, count) -> count == 1 ? null : count - 1);
  }
}
