package dev.boardcast.admin;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Tracks whether this node takes traffic: all its parts are up and it is not leaving. Thread safe.
 *
 * <p>A dependency that goes away later does not make a node unready: all nodes would leave the load
 * balancer at once, though each can still serve the last known state.
 */
public final class Readiness {
  private final Set<String> missing = new ConcurrentSkipListSet<>();
  private volatile boolean leaving;
  private volatile String fault;

  /**
   * @param parts the parts that must be up first, such as {@code schema} or {@code gateway}
   */
  public Readiness(Set<String> parts) {
    missing.addAll(parts);
  }

  /** Marks a part as up. */
  public void up(String part) {
    missing.remove(part);
  }

  /** The node takes no new clients from now on. */
  public void leave() {
    leaving = true;
  }

  /**
   * Reports what only a restart of the node repairs: it takes no new clients from now on, and
   * serves those that it has. The first cause stays.
   *
   * @param cause one sentence for an operator
   */
  public synchronized void fail(String cause) {
    if (fault == null) fault = cause;
  }

  public boolean isReady() {
    return missing.isEmpty() && !leaving && fault == null;
  }

  /** Whether parts are not up yet. */
  public boolean isStarting() {
    return !missing.isEmpty();
  }

  /** What only a restart repairs. */
  public Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  public boolean isLeaving() {
    return leaving;
  }

  /** The parts that are not up yet. */
  public Set<String> missing() {
    return new TreeSet<>(missing);
  }
}
