package dev.boardcast.memory;

import dev.boardcast.bus.LogTerm;
import dev.boardcast.bus.ReplicaMessage.Holding;
import dev.boardcast.bus.ReplicaMessage.Promise;
import dev.boardcast.bus.ReplicaMessage.State;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The answers to a claim. They decide which log is continued, and whether something is lost. Not
 * thread safe.
 */
final class Promises {
  private static final State NOTHING = new State(List.of(), 0, 0, List.of(), Set.of());

  private final String self;
  private final Map<String, Promise> byNode = new HashMap<>();

  Promises(String self) {
    this.self = self;
  }

  void clear() {
    byNode.clear();
  }

  void put(String node, Promise promise) {
    byNode.put(node, promise);
  }

  void retain(Collection<String> nodes) {
    byNode.keySet().retainAll(nodes);
  }

  boolean has(String node) {
    return byNode.containsKey(node);
  }

  boolean hasAll(Collection<String> nodes) {
    return byNode.keySet().containsAll(nodes);
  }

  Holding holding(String node) {
    return byNode.get(node).holding();
  }

  /** The latest term in which anything may have been acknowledged. */
  LogTerm latest() {
    LogTerm latest = LogTerm.NONE;
    for (Promise promise : byNode.values()) latest = latest.max(promise.established());
    return latest;
  }

  /** The node whose log has all that was acknowledged in the latest term; null for none. */
  String best() {
    LogTerm latest = latest();
    String best = null;
    for (Map.Entry<String, Promise> each : byNode.entrySet()) {
      Holding holding = each.getValue().holding();
      if (holding == null || holding.term() == null || holding.term().isBefore(latest)) continue;
      if (best == null || isBetter(each.getKey(), holding, holding(best))) best = each.getKey();
    }
    return best;
  }

  private boolean isBetter(String node, Holding holding, Holding than) {
    int byTerm = holding.term().compareTo(than.term());
    if (byTerm != 0) return byTerm > 0;
    if (holding.state().head() != than.state().head()) {
      return holding.state().head() > than.state().head();
    }
    // Nothing needs to be fetched from itself.
    return node.equals(self);
  }

  /**
   * The epochs and terms that the chosen log does not continue.
   *
   * @param best the node that has it; null for none
   */
  Set<String> lost(String best) {
    var lost = new HashSet<String>();
    Holding chosen = best == null ? null : holding(best);
    State state = chosen == null ? NOTHING : chosen.state();
    for (Promise promise : byNode.values()) {
      LogTerm last = promise.established();
      if (!Lineage.knows(state, last) && !isHeld(last)) lost.add(Lineage.name(last));
      Holding holding = promise.holding();
      if (holding == null || holding == chosen) continue;
      lost.addAll(Lineage.missing(holding.state().epochs(), holding.kept(), state));
    }
    return lost;
  }

  /** Whether a node that has answered has the log of a term: then its events are compared. */
  private boolean isHeld(LogTerm term) {
    return byNode.values().stream()
        .anyMatch(promise -> promise.holding() != null && term.equals(promise.holding().term()));
  }

  /** Up to which sequence some node knows a log to be committed. */
  long committed(MemoryLog log) {
    long committed = 0;
    for (Promise promise : byNode.values()) {
      if (promise.holding() == null) continue;
      State state = promise.holding().state();
      boolean isSame =
          Lineage.isPrefix(state.epochs(), state.committed(), log.epochs(), log.head());
      if (isSame) committed = Math.max(committed, state.committed());
    }
    return committed;
  }
}
