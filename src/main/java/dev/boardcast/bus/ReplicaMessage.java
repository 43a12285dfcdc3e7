package dev.boardcast.bus;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Set;

/**
 * A message between the nodes that keep one shard's log in memory. It may be lost, repeated and
 * late.
 *
 * @param from the node that has sent it
 */
public record ReplicaMessage(String from, int shard, Body body) {
  /** What it says. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @Type(value = Claim.class, name = "claim"),
    @Type(value = Promise.class, name = "promise"),
    @Type(value = Refused.class, name = "refused"),
    @Type(value = Fetch.class, name = "fetch"),
    @Type(value = Page.class, name = "page"),
    @Type(value = Replicate.class, name = "replicate"),
    @Type(value = Replicated.class, name = "replicated"),
    @Type(value = Establish.class, name = "establish"),
    @Type(value = Confirmed.class, name = "confirmed"),
    @Type(value = Append.class, name = "append"),
    @Type(value = Appended.class, name = "appended"),
    @Type(value = Query.class, name = "query"),
    @Type(value = Answer.class, name = "answer")
  })
  public sealed interface Body {}

  /** The sender wants to number from now on. */
  public record Claim(LogTerm term) implements Body {}

  /**
   * The sender takes no message of an earlier term any more.
   *
   * @param established the latest term in which events may have been acknowledged, as it knows
   * @param holding null when it has no part of the log
   */
  public record Promise(LogTerm term, LogTerm established, Holding holding) implements Body {}

  /** The sender has promised a later term. */
  public record Refused(LogTerm term, LogTerm promised) implements Body {}

  /** Asks for the events of the sender's choice after a sequence. */
  public record Fetch(LogTerm term, long after) implements Body {}

  /** Events after a sequence, in order. */
  public record Page(LogTerm term, long after, List<LogEntry> entries) implements Body {}

  /**
   * Events for the copy.
   *
   * @param state of the log of the node that numbers
   * @param whole whether the copy drops what it has, and begins with these events
   */
  public record Replicate(
      LogTerm term, State state, boolean whole, long after, List<LogEntry> entries)
      implements Body {}

  /**
   * How far the copy reaches.
   *
   * @param epoch of its last event
   * @param diverged see {@link Confirmed}
   */
  public record Replicated(LogTerm term, String epoch, long head, String diverged)
      implements Body {}

  /**
   * The term is in force.
   *
   * @param copy the node that holds the copy; null when there is no second node
   */
  public record Establish(LogTerm term, State state, String copy) implements Body {}

  /**
   * The sender knows the term.
   *
   * @param diverged null, or the epoch of events that the sender has and the log has not: then the
   *     term is not confirmed
   */
  public record Confirmed(LogTerm term, String diverged) implements Body {}

  /** Asks for events to be numbered. */
  public record Append(String request, List<LogEntry> entries) implements Body {}

  /**
   * @param fresh for each event, whether it is new; null when the sender does not number
   */
  public record Appended(String request, List<Boolean> fresh) implements Body {}

  /** Asks for a part of the log. */
  public record Query(String request, LogQuery query) implements Body {}

  /**
   * @param answer null when the sender does not number
   */
  public record Answer(String request, LogAnswer answer) implements Body {}

  /**
   * Where a log stands.
   *
   * @param epochs in order; each ends where the next begins
   * @param head sequence of the last event
   * @param committed up to which events are known to be in the copy
   * @param terms the last ones that were in force while the log was what it is
   * @param merged epochs and terms of other histories whose loss this log admits by an epoch that
   *     is broken
   */
  public record State(
      List<LogEpoch> epochs, long head, long committed, List<LogTerm> terms, Set<String> merged) {
    public State {
      epochs = List.copyOf(epochs);
      terms = List.copyOf(terms);
      merged = Set.copyOf(merged);
    }
  }

  /**
   * A node's part of the log.
   *
   * @param term in which it was known to be complete; null when it never was
   * @param oldest sequence of the first event
   * @param kept the last event that must not be lost without a word
   */
  public record Holding(LogTerm term, State state, long oldest, long kept) {}
}
