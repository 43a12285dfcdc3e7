package dev.boardcast.engine;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EphemeralBatch;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.OutsideOfRequest;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Publishes ephemeral messages of one node on the bus: the first at once, those that follow within
 * {@value #SPACING_MILLIS} ms together, of several with one key the last. Bounded: what is too much
 * is refused. Thread safe.
 */
public final class EphemeralPublisher {
  /** Most bytes of the data of a message. */
  public static final int MAX_BYTES = 4096;

  static final int SPACING_MILLIS = 2;
  static final int MAX_PER_SECOND = 10_000;

  private static final int MAX_WAITING = 500;
  // A batch stays small on the bus, whatever its messages are.
  private static final int MAX_BATCH = 64;

  private final Vertx vertx;
  private final TypedBus bus;
  private final Map<Object, EphemeralMessage> waiting = new LinkedHashMap<>();
  private long second;
  private int inSecond;
  private boolean scheduled;

  public EphemeralPublisher(Vertx vertx, TypedBus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /** Whether data has more bytes in UTF-8 than a message may have. */
  public static boolean isTooLarge(RawJson data) {
    return data.text().length() > MAX_BYTES || data.bytes().length > MAX_BYTES;
  }

  /** Publishes a message; false when the node has too many. */
  public boolean publish(EphemeralMessage message) {
    synchronized (this) {
      long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
      if (now != second) {
        second = now;
        inSecond = 0;
      }
      Object key = message.conflationKey() == null ? message : message.conflationKey();
      boolean replaces = waiting.containsKey(key);
      if (inSecond >= MAX_PER_SECOND || (!replaces && waiting.size() >= MAX_WAITING)) return false;
      inSecond++;
      if (scheduled) {
        waiting.put(key, message);
        return true;
      }
      scheduled = true;
    }
    bus.publish(Addresses.EPHEMERAL, new EphemeralBatch(List.of(message)));
    OutsideOfRequest.setTimer(vertx, SPACING_MILLIS, this::publishWaiting);
    return true;
  }

  private void publishWaiting() {
    List<EphemeralMessage> batch;
    synchronized (this) {
      batch = new ArrayList<>(waiting.values());
      waiting.clear();
      if (batch.isEmpty()) {
        scheduled = false;
        return;
      }
    }
    for (int from = 0; from < batch.size(); from += MAX_BATCH) {
      int to = Math.min(from + MAX_BATCH, batch.size());
      bus.publish(Addresses.EPHEMERAL, new EphemeralBatch(batch.subList(from, to)));
    }
    OutsideOfRequest.setTimer(vertx, SPACING_MILLIS, this::publishWaiting);
  }
}
