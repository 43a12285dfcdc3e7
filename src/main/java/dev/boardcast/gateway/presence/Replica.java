package dev.boardcast.gateway.presence;

import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceChange;
import dev.boardcast.bus.PresenceReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What another node has reported of its sessions. Its reports are numbered without a gap; after a
 * missing one the replica waits for the node's whole state. Not thread safe.
 */
final class Replica {
  private final Map<PresenceKey, Presence> entries = new HashMap<>();
  private long run = Long.MIN_VALUE;
  // Of the last report that is included; 0 before the first.
  private long sequence;
  private boolean isBehind;
  private Map<PresenceKey, Presence> incoming;
  private long incomingSequence;
  private int nextPart;

  /** Takes a report; returns the keys of entries that have changed. */
  Set<PresenceKey> receive(PresenceReport report) {
    // Of an earlier run of the node: its last messages may come late.
    if (report.run() < run) return Set.of();
    Set<PresenceKey> ended = report.run() > run ? startOver(report.run()) : Set.of();
    Set<PresenceKey> changed = report.isOfState() ? takeState(report) : takeChanges(report);
    if (ended.isEmpty()) return changed;
    ended.addAll(changed);
    return ended;
  }

  /** Whether it has missed a report, and needs the whole state. */
  boolean isBehind() {
    return isBehind;
  }

  /** Null where the user is not on the node. */
  Presence find(PresenceKey key) {
    return entries.get(key);
  }

  /** A copy. */
  Set<PresenceKey> keys() {
    return new HashSet<>(entries.keySet());
  }

  private Set<PresenceKey> startOver(long next) {
    Set<PresenceKey> ended = keys();
    entries.clear();
    run = next;
    sequence = 0;
    incoming = null;
    return ended;
  }

  private Set<PresenceKey> takeChanges(PresenceReport report) {
    if (report.changes().isEmpty()) {
      isBehind = report.sequence() != sequence;
      return Set.of();
    }
    if (report.sequence() != sequence + 1) {
      isBehind |= report.sequence() > sequence;
      return Set.of();
    }
    sequence = report.sequence();
    isBehind = false;
    var changed = new HashSet<PresenceKey>();
    for (PresenceChange change : report.changes()) {
      var key = new PresenceKey(change.topic(), change.user());
      if (change.presence() == null) entries.remove(key);
      else if (entries.size() < LocalPresence.MAX_ENTRIES) entries.put(key, change.presence());
      changed.add(key);
    }
    return changed;
  }

  private Set<PresenceKey> takeState(PresenceReport report) {
    if (!isBehind && report.sequence() == sequence) return Set.of();
    if (report.part() == 0) {
      incoming = new HashMap<>();
      incomingSequence = report.sequence();
      nextPart = 0;
    }
    boolean fits =
        incoming != null
            && report.sequence() == incomingSequence
            && report.part() == nextPart
            && report.sequence() >= sequence;
    if (!fits) {
      incoming = null;
      isBehind = true;
      return Set.of();
    }
    nextPart++;
    for (PresenceChange change : report.changes()) {
      if (change.presence() != null && incoming.size() < LocalPresence.MAX_ENTRIES) {
        incoming.put(new PresenceKey(change.topic(), change.user()), change.presence());
      }
    }
    return nextPart == report.parts() ? replaceBy(report.sequence()) : Set.of();
  }

  private Set<PresenceKey> replaceBy(long reached) {
    List<PresenceKey> touched = new ArrayList<>(entries.keySet());
    touched.addAll(incoming.keySet());
    var changed = new HashSet<PresenceKey>();
    for (PresenceKey key : touched) {
      Presence now = incoming.get(key);
      if (now == null || !now.equals(entries.get(key))) changed.add(key);
    }
    entries.clear();
    entries.putAll(incoming);
    incoming = null;
    sequence = reached;
    isBehind = false;
    return changed;
  }
}
