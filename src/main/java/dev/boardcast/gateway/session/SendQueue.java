package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * What waits for one slow client, with a hard bound in bytes.
 *
 * <ul>
 *   <li>Events keep their order and are never dropped: what does not fit is refused, and the
 *       session ends.
 *   <li>A snapshot takes the place of an older one of its topic: at most one per topic waits.
 * </ul>
 *
 * Exists only while something waits. One event loop.
 */
public final class SendQueue {
  /** Most bytes of one JSON array of several messages. */
  static final int MAX_ARRAY = 64 << 10;

  private static final class Slot {
    private Frame frame;
  }

  private final int maxBytes;
  private final ArrayDeque<Slot> slots = new ArrayDeque<>();
  private final Map<String, Slot> newest = new HashMap<>(4);
  private int bytes;

  SendQueue(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes a frame in; false when it does not fit, and then nothing has changed. */
  boolean add(Frame frame) {
    Slot older = frame.replaces() == null ? null : newest.get(frame.replaces());
    int growth = older == null ? cost(frame) : frame.size() - older.frame.size();
    if (bytes + growth > maxBytes) return false;
    bytes += growth;
    if (older != null) {
      older.frame = frame;
      return true;
    }
    var slot = new Slot();
    slot.frame = frame;
    slots.add(slot);
    if (frame.replaces() != null) newest.put(frame.replaces(), slot);
    return true;
  }

  /** The next frame; the queue must not be empty. */
  Frame take() {
    Frame frame = slots.remove().frame;
    bytes -= cost(frame);
    if (frame.replaces() != null) newest.remove(frame.replaces());
    return frame;
  }

  /** The next frames as one JSON array, a lone one as it is; the queue must not be empty. */
  Frame takeArray() {
    Frame first = take();
    if (isEmpty()) return first;
    var several = new ArrayList<Frame>();
    several.add(first);
    int total = 2 + first.size();
    while (!isEmpty() && total + slots.peek().frame.size() < MAX_ARRAY) {
      Frame next = take();
      several.add(next);
      total += 1 + next.size();
    }
    return several.size() == 1 ? first : Frame.array(several, total);
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  /** Bytes that wait, with what each frame costs beside them. */
  int bytes() {
    return bytes;
  }

  private static int cost(Frame frame) {
    return frame.size() + Frame.OVERHEAD;
  }
}
