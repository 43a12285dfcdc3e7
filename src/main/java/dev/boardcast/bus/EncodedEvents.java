package dev.boardcast.bus;

import java.util.List;

/** Events from another node, each decoded on its first use. */
final class EncodedEvents implements BatchEvents {
  private final long first;
  private final List<List<String>> streams;
  private final byte[][] encoded;
  private final int[] sizes;
  private final LoggedEvent[] decoded;

  /**
   * @param first sequence of the first event
   * @param streams of each event
   * @param encoded of each event, as {@link EventBody} writes it
   */
  EncodedEvents(long first, List<List<String>> streams, byte[][] encoded) {
    this.first = first;
    this.streams = streams;
    this.encoded = encoded;
    this.sizes = new int[encoded.length];
    for (int i = 0; i < encoded.length; i++) sizes[i] = encoded[i].length;
    this.decoded = new LoggedEvent[encoded.length];
  }

  @Override
  public int count() {
    return decoded.length;
  }

  @Override
  public List<String> streams(int index) {
    return streams.get(index);
  }

  @Override
  public int size(int index) {
    return sizes[index];
  }

  @Override
  public synchronized LoggedEvent get(int index) {
    if (decoded[index] == null) {
      decoded[index] = EventBody.read(first + index, streams.get(index), encoded[index]);
      encoded[index] = null;
    }
    return decoded[index];
  }

  /** Whether an event has been decoded. */
  synchronized boolean isDecoded(int index) {
    return decoded[index] != null;
  }
}
