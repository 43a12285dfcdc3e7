package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.boardcast.bus.EventBatch;
import io.vertx.core.Promise;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Limits what a broadcast and a session cost, in allocations, flushes and bytes, which are the same
 * on every machine. Benchmarks measure times.
 */
class ResourceBudgetIT {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String STREAM = "news";

  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);
  private final List<SocketChannel> clients = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 20);

  @AfterEach
  void close() throws IOException {
    for (SocketChannel client : clients) client.close();
    gateway.close();
  }

  @Test
  void additionalReceiverAllocatesAlmostNothing() throws IOException {
    connect(50);
    broadcast(2_000);
    long few = allocatedBy(200);
    connect(150);
    broadcast(500);
    long many = allocatedBy(200);
    long perDelivery = (many - few) / (200L * 150);
    // NIO makes a ByteBuffer for each write.
    int most = gateway.vertx.isNativeTransportEnabled() ? 64 : 192;
    assertTrue(perDelivery <= most, perDelivery + " bytes per delivery");
  }

  @Test
  void messagesOfOneTickLeaveInOneFlush() throws IOException {
    connect(20);
    double before = flushes();
    publishTogether(8);
    for (SocketChannel client : clients) read(client, 8);
    assertEquals(20.0, flushes() - before);
  }

  @Test
  void idleSessionHoldsLittleMemory() throws IOException {
    connect(300);
    long before = heldBytes();
    connect(900);
    long each = (heldBytes() - before) / 900;
    assertTrue(each <= 5_000, each + " bytes per session, with its client");
  }

  private void connect(int more) throws IOException {
    byte[] handshake =
        RawClient.handshake("/ws?topics=" + STREAM + "&token=" + GatewayFixture.token("a"));
    for (int i = 0; i < more; i++) {
      var client = SocketChannel.open(new InetSocketAddress("127.0.0.1", gateway.port()));
      client.write(ByteBuffer.wrap(handshake));
      clients.add(client);
      readUntil(client, "\"subscribed\"", 1);
    }
  }

  private void broadcast(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      gateway.emit("{\"n\":1}", STREAM);
      for (SocketChannel client : clients) read(client, 1);
    }
  }

  private long allocatedBy(int broadcasts) throws IOException {
    long before = allocated();
    broadcast(broadcasts);
    return allocated() - before;
  }

  private void publishTogether(int events) {
    var batches =
        IntStream.range(0, events)
            .mapToObj(i -> gateway.history.append("tick", "{}", STREAM))
            .toList();
    EventBatch first = batches.get(0);
    gateway.publish(
        gateway.history.batch(first.shard(), first.first(), first.first() + events - 1));
  }

  /** Bytes that the gateway's event loop has allocated so far. */
  private long allocated() {
    var bytes = new AtomicLong();
    Promise<Void> read = Promise.promise();
    gateway.onLoop(
        () -> {
          bytes.set(THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
          read.complete();
        });
    GatewayFixture.await(read.future());
    return bytes.get();
  }

  private double flushes() {
    // A flush is counted after its bytes were written: waits for a task behind it.
    allocated();
    return gateway.meters.counter("boardcast.gateway.flushes").count();
  }

  private static long heldBytes() {
    for (int i = 0; i < 3; i++) System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void read(SocketChannel client, int messages) throws IOException {
    readUntil(client, "\"offset\"", messages);
  }

  private void readUntil(SocketChannel client, String text, int times) throws IOException {
    int seen = 0;
    while (seen < times) {
      if (client.read(buffer.clear()) < 0) throw new IOException("connection closed");
      String received = StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
      for (int at = received.indexOf(text); at >= 0; at = received.indexOf(text, at + 1)) seen++;
    }
  }
}
