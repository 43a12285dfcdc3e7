package dev.boardcast.memory;

import dev.boardcast.bus.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Requests to number events: those that wait until they can be numbered, bounded, and those that
 * wait for the commit. Not thread safe.
 */
final class Appends {
  private static final int MAX_DEFERRED = 10_000;
  private static final long MAX_DEFERRED_BYTES = 16 << 20;

  private final Deque<Deferred> deferred = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long deferredBytes;

  private record Deferred(List<LogEntry> entries, AppendResult result, long bytes) {}

  private record Waiting(long sequence, List<Boolean> fresh, AppendResult result) {}

  /** Keeps a request for later; false when there are too many. */
  boolean defer(List<LogEntry> entries, AppendResult result) {
    long bytes = entries.stream().mapToLong(LogEntry::size).sum();
    if (deferred.size() >= MAX_DEFERRED || deferredBytes + bytes > MAX_DEFERRED_BYTES) return false;
    deferred.add(new Deferred(List.copyOf(entries), result, bytes));
    deferredBytes += bytes;
    return true;
  }

  /** Numbers what was deferred, by appending it to the log. */
  void number(MemoryLog log) {
    while (!deferred.isEmpty()) {
      Deferred next = deferred.remove();
      number(log, next.entries(), next.result());
    }
    deferredBytes = 0;
  }

  /** Numbers events that are new, in order. */
  void number(MemoryLog log, List<LogEntry> entries, AppendResult result) {
    var fresh = new ArrayList<Boolean>(entries.size());
    long last = 0;
    for (LogEntry entry : entries) {
      // A request that is repeated after a change of the numbering node.
      long known = log.findId(entry.event().id());
      boolean isRepeated = known > 0;
      if (known == 0) known = log.findKey(entry.stream(), entry.key());
      if (known == 0) {
        known = log.head() + 1;
        log.append(entry.numbered(known));
        isRepeated = true;
      }
      fresh.add(isRepeated);
      last = Math.max(last, known);
    }
    waiting.add(new Waiting(last, List.copyOf(fresh), result));
  }

  /** Answers all that wait for events up to a sequence. */
  void committed(long sequence) {
    // Nearly in order: a request that found only known events waits behind those before it.
    while (!waiting.isEmpty() && waiting.peek().sequence() <= sequence) {
      Waiting next = waiting.remove();
      next.result().done(next.fresh());
    }
  }

  /** Tells all that the outcome is not known here. */
  void fail() {
    var all = new ArrayList<AppendResult>();
    waiting.forEach(each -> all.add(each.result()));
    deferred.forEach(each -> all.add(each.result()));
    waiting.clear();
    deferred.clear();
    deferredBytes = 0;
    all.forEach(result -> result.done(null));
  }
}
