package dev.boardcast.gateway.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.ConnectionLimit;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.http.Backpressure;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldOutletTest {
  private static final Frame MESSAGE = Frame.of("x".repeat(1_200));

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong nanos = new AtomicLong();
  private final Backpressure backpressure = new Backpressure(nanos::get);
  private final ArrayList<String> sent = new ArrayList<>();
  private volatile CountDownLatch wanted = new CountDownLatch(1);
  private HeldOutlet outlet;

  @BeforeEach
  void attach() {
    var context = vertx.getOrCreateContext();
    var meters = new GatewayMeters(Optional.empty(), new ConnectionLimit(1));
    var loop = GatewayLoop.of(vertx, context, GatewayConfig.DEFAULTS, meters, Clock.systemUTC());
    outlet = new HeldOutlet(new RecordingTransport(sent), backpressure, loop);
    outlet.attach(
        (Transport.Listener)
            Proxy.newProxyInstance(
                Transport.class.getClassLoader(),
                new Class<?>[] {Transport.Listener.class},
                (listener, method, arguments) -> {
                  if (method.getName().equals("writable")) wanted.countDown();
                  return null;
                }));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void whoTakesAllIsSentAll() {
    assertEquals(1_000, writeAll());
  }

  @Test
  void whoSoonTakesMoreIsSentAllAgain() throws Exception {
    backpressure.hold();
    assertFalse(outlet.isWritable());
    nanos.addAndGet(1_000_000);
    backpressure.release();
    await();
    assertEquals(1_000, writeAll());
  }

  @Test
  void whoDoesNotIsSentNothingAndThenLittleAndTwiceAsMuchEachTime() throws Exception {
    backpressure.hold();
    assertFalse(outlet.isWritable());
    nanos.addAndGet(1_000_000_000);
    backpressure.release();
    await();
    assertTrue(outlet.isWritable());
    int before = 0;
    for (int most = 1 << 10; most < 64 << 10; most *= 2) {
      wanted = new CountDownLatch(1);
      int written = writeAll();
      assertEquals((most + MESSAGE.bytes().length - 1) / MESSAGE.bytes().length, written);
      assertTrue(written >= before);
      before = written;
      await();
    }
    assertEquals(1_000, writeAll());
  }

  private void await() throws InterruptedException {
    assertTrue(wanted.await(20, TimeUnit.SECONDS));
  }

  /** As much as is wanted, or a thousand messages. */
  private int writeAll() {
    int written = 0;
    while (written < 1_000 && outlet.isWritable()) {
      outlet.write(MESSAGE);
      written++;
    }
    return written;
  }
}
