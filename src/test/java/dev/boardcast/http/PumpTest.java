package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class PumpTest {
  private final Client client = new Client();
  private final Backpressure backpressure = new Backpressure();
  private final List<String> told = new ArrayList<>();
  private final Pump pump =
      new Pump(client, backpressure, () -> told.add("stop"), () -> told.add("go on"));

  PumpTest() {
    backpressure.onRelease(() -> told.add("released"));
  }

  @Test
  void aClientThatTakesAllIsNoReasonToWait() {
    client.takes = true;
    for (int n = 0; n < 100; n++) pump.bring(Buffer.buffer(new byte[4_000]));
    assertEquals(List.of(), told);
    assertFalse(backpressure.isHeld());
  }

  @Test
  void whatAClientHasNotTakenHoldsTheGatewayBackOnceUntilLittleIsLeft() {
    pump.bring(Buffer.buffer(new byte[600]));
    assertFalse(backpressure.isHeld());
    pump.bring(Buffer.buffer(new byte[600]));
    assertTrue(backpressure.isHeld());
    pump.bring(Buffer.buffer(new byte[600]));
    assertEquals(List.of("stop", "stop"), told);
    client.take();
    assertTrue(backpressure.isHeld());
    client.take();
    assertFalse(backpressure.isHeld());
    assertEquals(List.of("stop", "stop", "released", "go on"), told);
    client.take();
    assertEquals(4, told.size());
  }

  /** Takes what it is given at once, or when it is told to. */
  private static final class Client implements WriteStream<Buffer> {
    private final Queue<Promise<Void>> given = new ArrayDeque<>();
    private boolean takes;

    void take() {
      given.remove().complete();
    }

    @Override
    public Future<Void> write(Buffer bytes) {
      if (takes) return Future.succeededFuture();
      Promise<Void> taken = Promise.promise();
      given.add(taken);
      return taken.future();
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
      return this;
    }

    @Override
    public Future<Void> end() {
      return Future.succeededFuture();
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
      return this;
    }

    @Override
    public boolean writeQueueFull() {
      return false;
    }

    @Override
    public WriteStream<Buffer> drainHandler(Handler<Void> handler) {
      return this;
    }
  }
}
