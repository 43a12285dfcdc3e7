package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * Queues the frames of one slow client, with a hard bound in bytes.
 *
 * <ul>
 *   <li>Events keep their order and are never dropped: a frame that does not fit is refused, and
 *       the session is closed.
 *   <li>A snapshot replaces a queued one of its topic, so that at most one per topic is queued.
 * </ul>
 *
 * Exists only while frames wait. One event loop.
 */
final class SendQueue {
  /** The size limit of a JSON array of several messages. */
  static final int MAX_ARRAY_BYTES = 64 << 10;

  private static final class Slot {
    private Frame frame;

    private Slot(Frame frame) {
      this.frame = frame;
    }
  }

  private final int maxBytes;
  private final long since;
  private final ArrayDeque<Slot> slots = new ArrayDeque<>();
  private final Map<String, Slot> byKey = new HashMap<>(4);
  private int bytes;

  SendQueue(int maxBytes) {
    this(maxBytes, 0);
  }

  /**
   * @param since when the first message came, in ms of the loop's clock
   */
  SendQueue(int maxBytes, long since) {
    this.maxBytes = maxBytes;
    this.since = since;
  }

  /** When it was made. */
  long since() {
    return since;
  }

  /** Adds a frame; false, without any change, when it does not fit. */
  boolean add(Frame frame) {
    Slot older = frame.conflationKey() == null ? null : byKey.get(frame.conflationKey());
    int growth = older == null ? cost(frame) : frame.size() - older.frame.size();
    if (bytes + growth > maxBytes) return false;
    bytes += growth;
    if (older != null) {
      older.frame = frame;
      return true;
    }
    var slot = new Slot(frame);
    slots.add(slot);
    if (frame.conflationKey() != null) byKey.put(frame.conflationKey(), slot);
    return true;
  }

  /** Removes the next frame; the queue must not be empty. */
  Frame take() {
    Frame frame = slots.remove().frame;
    bytes -= cost(frame);
    if (frame.conflationKey() != null) byKey.remove(frame.conflationKey());
    return frame;
  }

  /** Removes the next frames as one JSON array, or a single one as it is; must not be empty. */
  Frame takeArray() {
    Frame first = take();
    if (isEmpty()) return first;
    var frames = new ArrayList<Frame>();
    frames.add(first);
    int total = 2 + first.size();
    while (!isEmpty() && total + slots.peek().frame.size() < MAX_ARRAY_BYTES) {
      Frame next = take();
      frames.add(next);
      total += 1 + next.size();
    }
    return frames.size() == 1 ? first : Frame.array(frames, total);
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  /** Queued bytes, with {@link Frame#OVERHEAD} for each frame. */
  int bytes() {
    return bytes;
  }

  private static int cost(Frame frame) {
    return frame.size() + Frame.OVERHEAD;
  }
}
