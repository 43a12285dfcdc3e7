package dev.boardcast.admin;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Whether this node takes traffic: every part it waits for is up, and it is not leaving. A
 * dependency that goes away later does not turn a node unready: all nodes would leave the load
 * balancer at once, though each can still serve what it knows. Thread safe.
 */
public final class Readiness {
  private final Set<String> missing = new ConcurrentSkipListSet<>();
  private volatile boolean leaving;

  /**
   * @param parts what must be up first, such as {@code schema} or {@code gateway}
   */
  public Readiness(Set<String> parts) {
    missing.addAll(parts);
  }

  /** A part is up. */
  public void up(String part) {
    missing.remove(part);
  }

  /** The node takes no new clients from now on. */
  public void leave() {
    leaving = true;
  }

  public boolean isReady() {
    return missing.isEmpty() && !leaving;
  }

  public boolean isLeaving() {
    return leaving;
  }

  /** The parts that are not up yet. */
  public Set<String> missing() {
    return new TreeSet<>(missing);
  }
}
