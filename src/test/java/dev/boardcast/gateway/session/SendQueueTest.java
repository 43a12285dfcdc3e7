package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.protocol.Frame;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  private final SendQueue queue = new SendQueue(1_000);

  @Test
  void eventsLeaveInOrder() {
    queue.add(Frame.of("a"));
    queue.add(Frame.of("b"));
    assertEquals("\"a\"", queue.take().toString());
    assertEquals("\"b\"", queue.take().toString());
    assertTrue(queue.isEmpty());
    assertEquals(0, queue.bytes());
  }

  @Test
  void snapshotReplacesTheQueuedOneOfItsTopic() {
    queue.add(Frame.conflated("old", "routing"));
    queue.add(Frame.of("event"));
    queue.add(Frame.conflated("other", "platform"));
    queue.add(Frame.conflated("new", "routing"));
    assertEquals("\"new\"", queue.take().toString());
    assertEquals("\"event\"", queue.take().toString());
    assertEquals("\"other\"", queue.take().toString());
    assertTrue(queue.isEmpty());
    assertEquals(0, queue.bytes());
    queue.add(Frame.conflated("next", "routing"));
    assertEquals("\"next\"", queue.take().toString());
  }

  @Test
  void snapshotsNeverFillTheQueue() {
    for (int i = 0; i < 10_000; i++) assertTrue(queue.add(Frame.conflated("s" + i, "routing")));
    assertEquals("\"s9999\"", queue.take().toString());
  }

  @Test
  void frameOverTheBoundIsRefusedAndChangesNothing() {
    int added = 0;
    while (queue.add(Frame.of("x".repeat(100)))) added++;
    assertEquals(1_000 / (102 + Frame.OVERHEAD), added);
    int bytes = queue.bytes();
    assertTrue(bytes <= 1_000);
    assertFalse(queue.add(Frame.of("x".repeat(900))));
    assertEquals(bytes, queue.bytes());
  }

  @Test
  void severalFramesBecomeOneArrayAndASingleOneStaysAsItIs() {
    queue.add(Frame.of(1));
    queue.add(Frame.of(2));
    queue.add(Frame.conflated(3, "routing"));
    assertEquals("[1,2,3]", queue.takeArray().toString());
    assertTrue(queue.isEmpty());
    queue.add(Frame.of(4));
    assertEquals("4", queue.takeArray().toString());
  }
}
