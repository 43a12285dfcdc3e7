package dev.boardcast.memory;

import dev.boardcast.bus.LogEpoch;
import dev.boardcast.bus.LogTerm;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ReplicaMessage.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Judges positions by the epochs of a log. An epoch is numbered by one node and continues one log,
 * so two logs that have the same epoch at a sequence have the same events up to it.
 */
final class Lineage {
  // Of an event that is older than the epochs that are known.
  private static final String UNKNOWN = "unknown";

  private Lineage() {}

  /** The epoch of the event with this sequence; null when it is older than all of them. */
  static String epochAt(List<LogEpoch> epochs, long sequence) {
    for (int i = epochs.size() - 1; i >= 0; i--) {
      if (sequence > epochs.get(i).after() || i == 0 && sequence == epochs.get(0).after()) {
        return epochs.get(i).epoch();
      }
    }
    return null;
  }

  /** The epoch in which events are numbered now. */
  static String current(List<LogEpoch> epochs) {
    return epochs.get(epochs.size() - 1).epoch();
  }

  /** Whether a log up to a sequence is the beginning of another one. */
  static boolean isPrefix(
      List<LogEpoch> epochs, long sequence, List<LogEpoch> ofOther, long headOfOther) {
    if (sequence > headOfOther) return false;
    String own = epochAt(epochs, sequence);
    return own != null && own.equals(epochAt(ofOther, sequence));
  }

  /**
   * What another log does not tell to those who know this one: events, or that events were lost.
   *
   * @param kept the last event that counts, 0 for none
   * @param other the other log
   * @return epochs of them, other than those whose loss the other log admits
   */
  static List<String> missing(List<LogEpoch> epochs, long kept, State other) {
    var missing = new ArrayList<String>();
    var known = new HashSet<>(other.merged());
    other.epochs().forEach(each -> known.add(each.epoch()));
    for (LogEpoch each : epochs) {
      if (each.broken() && !known.contains(each.epoch())) missing.add(each.epoch());
    }
    if (kept > 0 && !isPrefix(epochs, kept, other.epochs(), other.head())) {
      String epoch = epochAt(epochs, kept);
      String name = epoch == null ? UNKNOWN : epoch;
      if (!other.merged().contains(name)) missing.add(name);
    }
    return missing;
  }

  /** Whether a log descends from a term, or admits that it does not. */
  static boolean knows(State log, LogTerm term) {
    return term.equals(LogTerm.NONE)
        || log.terms().contains(term)
        || log.merged().contains(name(term));
  }

  /** A term among what is merged. */
  static String name(LogTerm term) {
    return "term-" + term.number() + "-" + term.node();
  }

  /**
   * The offset in the current epoch at which a client continues that has another one.
   *
   * @param head sequence of the last event
   * @return empty when events that the client may have, or may have missed, are not in this log
   */
  static Optional<Offset> resolve(List<LogEpoch> epochs, long head, Offset offset) {
    for (int i = epochs.size() - 1; i >= 0; i--) {
      boolean isLast = i == epochs.size() - 1;
      if (epochs.get(i).epoch().equals(offset.epoch())) {
        long end = isLast ? head : epochs.get(i + 1).after();
        return offset.sequence() > end
            ? Optional.empty()
            : Optional.of(new Offset(current(epochs), offset.sequence()));
      }
      if (epochs.get(i).broken()) return Optional.empty();
    }
    return Optional.empty();
  }
}
