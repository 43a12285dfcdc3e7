package dev.boardcast.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes batches of events so that a receiver can leave the events undecoded:
 *
 * <pre>
 *  int   bytes that follow
 *  int   shard;  int length, epoch;  long first sequence;  long time of publication
 *  int   names of streams, each: int length, UTF-8
 *  int   events, each: int streams, their places among the names as int
 *  ...   bodies, each: int length, {@link EventBody}
 * </pre>
 *
 * <p>Every length and count is compared with the bytes that are there before memory is taken for
 * it, and every event is checked, so that decoding it later cannot fail. In-process receivers share
 * the batch.
 */
final class EventBatchCodec extends WireCodec<EventBatch> {
  private static final int MAX_EPOCH_BYTES = 32;

  /**
   * @param name unique on the event bus
   */
  EventBatchCodec(String name) {
    super(name);
  }

  @Override
  public void encodeToWire(Buffer wire, EventBatch batch) {
    int start = wire.length();
    wire.appendInt(0).appendInt(batch.shard());
    append(wire, batch.epoch());
    wire.appendLong(batch.first()).appendLong(batch.publishedMicros());
    Map<String, Integer> places = new LinkedHashMap<>();
    for (long sequence = batch.first(); sequence <= batch.last(); sequence++) {
      for (String stream : batch.streams(sequence)) places.putIfAbsent(stream, places.size());
    }
    wire.appendInt(places.size());
    places.keySet().forEach(stream -> append(wire, stream));
    wire.appendInt(batch.count());
    for (long sequence = batch.first(); sequence <= batch.last(); sequence++) {
      List<String> streams = batch.streams(sequence);
      wire.appendInt(streams.size());
      for (String stream : streams) wire.appendInt(places.get(stream));
    }
    for (long sequence = batch.first(); sequence <= batch.last(); sequence++) {
      EventBody.write(wire, batch.event(sequence));
    }
    wire.setInt(start, wire.length() - start - Integer.BYTES);
  }

  @Override
  EventBatch decode(WireReader in) {
    int length = in.count(1);
    if (length > MAX_BYTES) throw new IllegalArgumentException(length + " bytes of events");
    in.limit(length);
    int shard = in.readInt();
    String epoch = in.readText(MAX_EPOCH_BYTES);
    long first = in.readLong();
    long publishedMicros = in.readLong();
    var names = new ArrayList<List<String>>();
    for (int left = in.count(Integer.BYTES); left > 0; left--) {
      names.add(List.of(in.readText(Integer.MAX_VALUE)));
    }
    int count = in.count(2 * Integer.BYTES + EventBody.MIN_BYTES);
    if (first < 1 || first > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException("sequence " + first);
    }
    var streams = new ArrayList<List<String>>(count);
    for (int i = 0; i < count; i++) streams.add(readStreams(in, names));
    var bodies = new byte[count][];
    for (int i = 0; i < count; i++) {
      bodies[i] = in.readBytes(Integer.MAX_VALUE);
      EventBody.check(bodies[i]);
    }
    return new EventBatch(
        shard, epoch, first, new EncodedEvents(first, streams, bodies), publishedMicros);
  }

  private static List<String> readStreams(WireReader in, List<List<String>> names) {
    int count = in.count(Integer.BYTES);
    if (count == 1) return names.get(place(in, names));
    var streams = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) streams.add(names.get(place(in, names)).get(0));
    return List.copyOf(streams);
  }

  private static int place(WireReader in, List<List<String>> names) {
    int place = in.readInt();
    if (place < 0 || place >= names.size()) {
      throw new IllegalArgumentException("stream " + place + " of " + names.size());
    }
    return place;
  }

  private static void append(Buffer wire, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    wire.appendInt(bytes.length).appendBytes(bytes);
  }
}
