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
 * What a broadcast and a session may cost, in counts and bytes, not in time: ratios that are the
 * same on every machine. What they are in time, the benchmarks tell.
 */
class BudgetIT {
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
  void aReceiverMoreCostsNextToNoAllocation() throws IOException {
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
  void whatIsDueInOneTurnLeavesInOneFlush() throws IOException {
    connect(20);
    double before = flushes();
    publishTogether(8);
    for (SocketChannel client : clients) read(client, 8);
    assertEquals(20.0, flushes() - before);
  }

  @Test
  void anIdleSessionHoldsLittle() throws IOException {
    connect(300);
    long few = held();
    connect(900);
    long each = (held() - few) / 900;
    assertTrue(each <= 5_000, each + " bytes per session, with its client");
  }

  private void connect(int more) throws IOException {
    byte[] hello =
        RawClient.handshake("/ws?topics=" + STREAM + "&token=" + GatewayFixture.token("a"));
    for (int i = 0; i < more; i++) {
      var client = SocketChannel.open(new InetSocketAddress("127.0.0.1", gateway.port()));
      client.write(ByteBuffer.wrap(hello));
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
    Promise<Void> asked = Promise.promise();
    gateway.onLoop(
        () -> {
          bytes.set(THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
          asked.complete();
        });
    GatewayFixture.await(asked.future());
    return bytes.get();
  }

  private double flushes() {
    // A flush is counted after its bytes have left: the loop has to be through with it.
    allocated();
    return gateway.meters.counter("boardcast.gateway.flushes").count();
  }

  private static long held() {
    for (int i = 0; i < 3; i++) System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void read(SocketChannel client, int messages) throws IOException {
    readUntil(client, "\"offset\"", messages);
  }

  private void readUntil(SocketChannel client, String word, int times) throws IOException {
    int seen = 0;
    while (seen < times) {
      if (client.read(buffer.clear()) < 0) throw new IOException("cut off");
      String got = StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
      for (int at = got.indexOf(word); at >= 0; at = got.indexOf(word, at + 1)) seen++;
    }
  }
}
