package dev.boardcast.memory;

import dev.boardcast.bus.LogTerm;
import dev.boardcast.bus.ReplicaMessage.Establish;
import dev.boardcast.bus.ReplicaMessage.Holding;
import dev.boardcast.bus.ReplicaMessage.Replicate;
import dev.boardcast.bus.ReplicaMessage.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one node has of a shard's log, and what it knows of how complete that is. Not thread safe.
 */
final class ReplicaLog {
  private static final int MAX_TERMS = 64;

  private final BroadcastConfig bounds;
  private MemoryLog events;

  /** The last terms that were in force for these events. */
  private List<LogTerm> terms = List.of();

  /** The latest term in which events may have been acknowledged, as far as this node knows. */
  private LogTerm established = LogTerm.NONE;

  /** In this term the events were known to be complete; null when they never were. */
  private LogTerm completeIn;

  /** Whether this node has numbered these events: then it knows what was committed. */
  private boolean hasNumbered;

  ReplicaLog(BroadcastConfig bounds) {
    this.bounds = bounds;
    events = new MemoryLog(bounds);
  }

  MemoryLog events() {
    return events;
  }

  LogTerm established() {
    return established;
  }

  /** Whether this node is known to have all that was acknowledged. */
  boolean isComplete() {
    return completeIn != null && completeIn.equals(established);
  }

  /**
   * @param merged what was lost, and is admitted
   */
  State state(Set<String> merged) {
    return new State(events.epochs(), events.head(), events.committed(), terms, merged);
  }

  /** What this node has; null when it has nothing. */
  Holding holding(Set<String> merged) {
    if (events.isBlank()) return null;
    return new Holding(completeIn, state(merged), events.oldest(), kept());
  }

  private long kept() {
    if (hasNumbered) return events.committed();
    // A copy that was never complete has nothing that was acknowledged because of it.
    return completeIn == null ? 0 : events.head();
  }

  /** The latest term in which anything may have been acknowledged. */
  LogTerm acknowledgedIn() {
    // A node that was alone when it started, and has numbered nothing.
    boolean isUnused =
        hasNumbered
            && events.head() == 0
            && events.epochs().size() == 1
            && !events.epochs().get(0).broken();
    return isUnused ? LogTerm.NONE : established;
  }

  /** An epoch or a term of this node that another log does not continue; null for none. */
  String diverged(LogTerm of, State other) {
    // What is known of the other log may be older than the confirmation.
    if (of.equals(established)) return null;
    LogTerm last = acknowledgedIn();
    // Where this node has the events of the term, these are compared.
    boolean isHeld = last.equals(completeIn);
    if (!isHeld && !Lineage.knows(other, last)) return Lineage.name(last);
    List<String> missing = Lineage.missing(events.epochs(), kept(), other);
    return missing.isEmpty() ? null : missing.get(0);
  }

  /** Whether these events are the beginning of another log that is sent from a sequence on. */
  boolean isBeginningOf(State other, long from) {
    return !events.isBlank()
        && events.head() >= from
        && Lineage.isPrefix(events.epochs(), events.head(), other.epochs(), other.head());
  }

  // ---- Of the node that numbers

  /** Nothing is left of what was acknowledged. */
  void forget() {
    drop();
    hasNumbered = false;
  }

  /** A log for events that are fetched from another node. */
  MemoryLog incoming(Holding wanted) {
    if (isBeginningOf(wanted.state(), wanted.oldest() - 1)) return events;
    // What this node has is kept until it is replaced as a whole.
    var incoming = new MemoryLog(bounds);
    incoming.reset(wanted.state().epochs(), wanted.oldest() - 1);
    return incoming;
  }

  /** Takes the events of another node. */
  void replaceBy(MemoryLog fetched, State state) {
    events = fetched;
    events.setEpochs(state.epochs());
    terms = state.terms();
  }

  /**
   * The node numbers from now on.
   *
   * @param latest the latest term in which events may have been acknowledged
   */
  void beginNumbering(String epoch, boolean isBroken, LogTerm latest) {
    established = established.max(latest);
    events.beginEpoch(epoch, isBroken);
    completeIn = established;
    hasNumbered = true;
  }

  /** The copy, if there is one, has all in this term. */
  void inForce(LogTerm term) {
    established = term;
    completeIn = term;
    terms = with(terms, term);
  }

  // ---- Of other nodes

  /** Takes events for the copy; returns whether the log that has sent them continues this one. */
  boolean take(Replicate replicate) {
    State state = replicate.state();
    if (replicate.whole() && !isBeginningOf(state, replicate.after())) {
      events.reset(state.epochs(), replicate.after());
      completeIn = null;
      hasNumbered = false;
    }
    if (events.isBlank()) return false;
    if (!isBeginningOf(state, 0)) {
      // An earlier message of the same term, that was overtaken.
      return Lineage.isPrefix(state.epochs(), state.head(), events.epochs(), events.head());
    }
    replicate.entries().stream()
        .filter(entry -> entry.event().sequence() == events.head() + 1)
        .forEach(events::append);
    events.setEpochs(state.epochs());
    // The message may be older than the confirmation of its term.
    boolean isInForce = established.equals(replicate.term());
    terms = isInForce ? with(state.terms(), established) : state.terms();
    events.commit(state.committed());
    return true;
  }

  /** Confirms a term as the copy; false when this node has not all. */
  boolean confirmAsCopy(Establish establish) {
    State state = establish.state();
    if (!established.equals(establish.term())) {
      boolean hasAll =
          !events.isBlank()
              && events.head() >= state.head()
              && Lineage.isPrefix(state.epochs(), state.head(), events.epochs(), events.head());
      if (!hasAll) return false;
      events.setEpochs(state.epochs());
    }
    terms = with(state.terms(), establish.term());
    completeIn = establish.term();
    established = establish.term();
    hasNumbered = false;
    return true;
  }

  /** Confirms a term in which other nodes have the events. */
  void confirm(LogTerm term) {
    drop();
    established = term;
    hasNumbered = false;
  }

  private void drop() {
    events.reset(List.of(), 0);
    terms = List.of();
    completeIn = null;
  }

  private static List<LogTerm> with(List<LogTerm> before, LogTerm term) {
    if (before.contains(term)) return before;
    var all = new ArrayList<>(before);
    all.add(term);
    if (all.size() > MAX_TERMS) all.remove(0);
    return List.copyOf(all);
  }

  @Override
  public String toString() {
    return "%s established, complete in %s, %d to %d (%d committed)"
        .formatted(established, completeIn, events.oldest(), events.head(), events.committed());
  }
}
