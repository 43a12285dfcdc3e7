package dev.boardcast.bus;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Consecutive events of one shard, published after they were committed to its log.
 *
 * <p>A batch from another node is decoded no further than its position and the streams of each
 * event. {@link #event} decodes one event on the first call, for all that share the batch. So a
 * node pays only for the events that its sessions want: a batch of hundreds, as under load, often
 * has a few of them. Thread safe.
 */
public final class EventBatch {
  /** {@link #publishedMicros} of a batch that is not timed. */
  public static final long NOT_TIMED = 0;

  private final int shard;
  private final String epoch;
  private final long first;
  private final BatchEvents events;
  private final long publishedMicros;

  /**
   * A batch of this node's own.
   *
   * @param epoch names the history of the log that the sequences belong to
   * @param first sequence of {@code events.get(0)}; the others follow without a gap
   */
  public EventBatch(int shard, String epoch, long first, List<LoggedEvent> events) {
    this(shard, epoch, first, new DecodedEvents(events), NOT_TIMED);
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).sequence() != first + i) {
        throw new IllegalArgumentException(
            "the events of a batch are consecutive: expected sequence %d, was %d"
                .formatted(first + i, events.get(i).sequence()));
      }
    }
  }

  EventBatch(int shard, String epoch, long first, BatchEvents events, long publishedMicros) {
    this.shard = shard;
    this.epoch = epoch;
    this.first = first;
    this.events = events;
    this.publishedMicros = publishedMicros;
  }

  /** The same batch, published at another time. */
  public EventBatch publishedAt(long micros) {
    return new EventBatch(shard, epoch, first, events, micros);
  }

  /**
   * When it was published, in microseconds since 1970 by the clock of the database, as its sender
   * knows that; {@link #NOT_TIMED} for what is not news.
   */
  public long publishedMicros() {
    return publishedMicros;
  }

  public int shard() {
    return shard;
  }

  public String epoch() {
    return epoch;
  }

  /** Sequence of the first event. */
  public long first() {
    return first;
  }

  /** Sequence of the last event, {@code first - 1} when there is none. */
  public long last() {
    return first + events.count() - 1;
  }

  /** How many events it has. */
  public int count() {
    return events.count();
  }

  /** The streams of one event. */
  public List<String> streams(long sequence) {
    return events.streams(index(sequence));
  }

  /** How much memory one event takes: bytes of its encoding, or characters of its data. */
  public int size(long sequence) {
    return events.size(index(sequence));
  }

  /** One event. */
  public LoggedEvent event(long sequence) {
    return events.get(index(sequence));
  }

  /** All events in order, decoded. */
  public List<LoggedEvent> events() {
    return LongStream.rangeClosed(first, last()).mapToObj(this::event).toList();
  }

  private int index(long sequence) {
    return Math.toIntExact(sequence - first);
  }
}
