package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.RawJson;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBatchCodecTest {
  private static final int BEFORE = 7;

  private final EventBatchCodec codec = new EventBatchCodec("test");

  @Test
  void aBatchIsReadAsItWasWritten() {
    EventBatch sent =
        batch(
                event(41, "task_created", "{\"title\":\"Ünï 😀\"}", "user.ann", "team.red"),
                event(42, "x", "{}", "user.ann"),
                published(43, "task_shared", "{\"n\":1.50}", "team.blue", "user.ann", "user.bob"))
            .publishedAt(1_700_000_000_000_123L);

    EventBatch read = decode(encode(sent));

    assertEquals(2, read.shard());
    assertEquals("a1b2c3d4", read.epoch());
    assertEquals(41, read.first());
    assertEquals(1_700_000_000_000_123L, read.publishedMicros());
    assertEquals(43, read.last());
    assertEquals(List.of("team.blue", "user.ann", "user.bob"), read.streams(43));
    assertEquals(sent.events(), read.events());
    assertEquals(new Origin("ann", "m-1"), read.event(43).origin());
  }

  @Test
  void anEmptyBatchIsReadToo() {
    EventBatch read = decode(encode(new EventBatch(0, "e1", 1, List.of())));

    assertEquals(0, read.count());
    assertEquals(0, read.last());
    assertEquals(List.of(), read.events());
  }

  @Test
  void onlyTheEventThatIsAskedForIsDecoded() {
    EncodedEvents events = encoded(3);
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("user.u"), events.streams(i));
      assertTrue(events.size(i) >= EventBody.MIN_BYTES);
    }
    for (int i = 0; i < 3; i++) assertFalse(events.isDecoded(i));

    LoggedEvent asked = events.get(1);

    assertEquals(2, asked.sequence());
    assertFalse(events.isDecoded(0));
    assertFalse(events.isDecoded(2));
    assertSame(asked, events.get(1));
  }

  @Test
  void anEventIsDecodedOnceForAllThreads() throws Exception {
    int threads = 8;
    EncodedEvents events = encoded(200);
    var pool = Executors.newFixedThreadPool(threads);
    try {
      var start = new CountDownLatch(threads);
      var results = new ArrayList<Future<Set<LoggedEvent>>>();
      for (int t = 0; t < threads; t++) {
        results.add(
            pool.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return identities(events);
                }));
      }
      Set<LoggedEvent> all = Collections.newSetFromMap(new IdentityHashMap<>());
      for (var result : results) all.addAll(result.get());
      assertEquals(200, all.size());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void eachTruncationIsRefused() {
    Buffer wire = encode(batch(event(41, "x", "{}", "user.ann"), event(42, "y", "{}", "team.red")));
    for (int end = BEFORE; end < wire.length(); end++) {
      Buffer cut = wire.getBuffer(0, end);
      assertThrows(IllegalArgumentException.class, () -> decode(cut), "cut at " + end);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, Integer.MAX_VALUE / 2, 1 << 20, -1, Integer.MIN_VALUE})
  void absurdLengthsAndCountsAreRefusedBeforeMemoryIsTaken(int absurd) {
    EventBatch sent = batch(event(41, "x", "{}", "user.ann"));
    int epoch = BEFORE + 8;
    int names = epoch + 4 + sent.epoch().length() + 8 + 8;
    int count = names + 4 + 4 + "user.ann".length();
    int body = count + 4 + 4 + 4;
    int type = body + 4 + 28;
    for (int at : new int[] {BEFORE, epoch, names, names + 4, count, count + 4, body, type}) {
      Buffer wire = encode(sent);
      wire.setInt(at, absurd);
      assertThrows(IllegalArgumentException.class, () -> decode(wire), "at " + at);
    }
  }

  @Test
  void aChangedByteIsRefusedOrDecodes() {
    var random = new Random(11);
    Buffer wire = encode(batch(event(41, "x", "{}", "user.ann"), event(42, "y", "{}", "team.red")));
    for (int i = 0; i < 50_000; i++) {
      Buffer changed = wire.copy();
      int at = BEFORE + random.nextInt(wire.length() - BEFORE);
      changed.setByte(at, (byte) random.nextInt());
      EventBatch read;
      try {
        read = decode(changed);
      } catch (IllegalArgumentException refused) {
        continue;
      }
      // What was accepted decodes: a delivery must not fail later.
      assertEquals(read.count(), read.events().size());
    }
  }

  @Test
  void eventsOfABatchAreConsecutive() {
    var events = List.of(event(41, "x", "{}", "a"), event(43, "x", "{}", "a"));

    assertThrows(IllegalArgumentException.class, () -> new EventBatch(1, "e1", 41, events));
  }

  private static Set<LoggedEvent> identities(EncodedEvents events) {
    Set<LoggedEvent> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < events.count(); i++) seen.add(events.get(i));
    return seen;
  }

  private static EncodedEvents encoded(int count) {
    var streams = new ArrayList<List<String>>();
    var bodies = new byte[count][];
    for (int i = 0; i < count; i++) {
      Buffer wire = Buffer.buffer();
      EventBody.write(wire, event(i + 1, "x", "{}", "user.u"));
      bodies[i] = wire.getBytes(4, wire.length());
      streams.add(List.of("user.u"));
    }
    return new EncodedEvents(1, streams, bodies);
  }

  private Buffer encode(EventBatch batch) {
    Buffer wire = Buffer.buffer("x".repeat(BEFORE));
    codec.encodeToWire(wire, batch);
    return wire;
  }

  private EventBatch decode(Buffer wire) {
    return codec.decodeFromWire(BEFORE, wire);
  }

  private static EventBatch batch(LoggedEvent... events) {
    return new EventBatch(2, "a1b2c3d4", events[0].sequence(), List.of(events));
  }

  private static LoggedEvent published(long sequence, String type, String data, String... streams) {
    LoggedEvent event = event(sequence, type, data, streams);
    return new LoggedEvent(
        sequence,
        event.id(),
        type,
        event.streams(),
        event.data(),
        event.at(),
        new Origin("ann", "m-1"));
  }

  private static LoggedEvent event(long sequence, String type, String data, String... streams) {
    return new LoggedEvent(
        sequence,
        UUID.randomUUID(),
        type,
        List.of(streams),
        RawJson.of(data),
        Instant.parse("2026-02-03T04:05:06.789123Z"));
  }
}
