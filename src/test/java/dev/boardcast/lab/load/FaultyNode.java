package dev.boardcast.lab.load;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A proxy between a node and its clients that changes what the node sends as a defect would. */
final class FaultyNode implements AutoCloseable {
  static final int DELAY_MILLIS = 700;

  private static final String MARKER = "\"mark\"";

  enum Defect {
    NONE,
    /** One event is not delivered to one client. */
    LOST_EVENT,
    /** One event is delivered twice to one client. */
    DUPLICATE_EVENT,
    /** One client receives an event with the offset of the next. */
    WRONG_OFFSET,
    /** From one event on, one client receives everything late. */
    LATE_EVENT,
    /** Close frames have the code 1000, after which no client reconnects. */
    CLOSE_CODE_1000,
    /** What a client does not read is buffered without a bound. */
    UNBOUNDED_QUEUE
  }

  private final Vertx vertx;
  private final Defect defect;
  private final NetServer server;
  private final NetClient client;
  private final URI node;
  // Not among the first events of any client: not all may be connected when these come.
  private final AtomicInteger countdown = new AtomicInteger(210);

  FaultyNode(Vertx vertx, URI node, Defect defect) throws Exception {
    this.vertx = vertx;
    this.node = node;
    this.defect = defect;
    this.client = vertx.createNetClient();
    this.server = vertx.createNetServer().connectHandler(this::connect);
    server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
  }

  URI url() {
    return URI.create("ws://127.0.0.1:" + server.actualPort());
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }

  private void connect(NetSocket downstream) {
    downstream.pause();
    this.client
        .connect(node.getPort(), node.getHost())
        .onFailure(refused -> downstream.close())
        .onSuccess(
            upstream -> {
              downstream.pipeTo(upstream);
              if (defect == Defect.NONE) {
                upstream.pipeTo(downstream);
                return;
              }
              if (defect == Defect.UNBOUNDED_QUEUE) downstream.setWriteQueueMaxSize(1 << 30);
              upstream.handler(new Frames(downstream::write)::receive);
              upstream.closeHandler(closed -> downstream.end());
            });
  }

  /** Splits a node's bytes into frames and forwards, drops or changes each. */
  private final class Frames {
    private final Consumer<Buffer> out;
    private Buffer pending = Buffer.buffer();
    private boolean upgraded;
    private boolean late;

    Frames(Consumer<Buffer> out) {
      this.out = out;
    }

    void receive(Buffer bytes) {
      pending.appendBuffer(bytes);
      if (!upgraded) forwardHead();
      while (upgraded && pending.length() >= 2) {
        int length = length();
        if (length < 0 || pending.length() < length) return;
        Buffer frame = pending.getBuffer(0, length);
        pending = pending.getBuffer(length, pending.length());
        forward(frame);
      }
    }

    private void forwardHead() {
      int end = pending.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
      if (end < 0) return;
      out.accept(pending.getBuffer(0, end + 4));
      pending = pending.getBuffer(end + 4, pending.length());
      upgraded = true;
    }

    private int length() {
      int first = pending.getByte(1) & 0x7f;
      if (first < 126) return 2 + first;
      if (first == 126) return pending.length() < 4 ? -1 : 4 + pending.getUnsignedShort(2);
      return pending.length() < 10 ? -1 : 10 + (int) pending.getLong(2);
    }

    private void forward(Buffer frame) {
      boolean isEvent = frame.toString(StandardCharsets.ISO_8859_1).contains(MARKER);
      boolean chosen = isEvent && countdown.decrementAndGet() == 0;
      switch (defect) {
        case LOST_EVENT -> {
          if (!chosen) out.accept(frame);
        }
        case DUPLICATE_EVENT -> {
          out.accept(frame);
          if (chosen) out.accept(frame);
        }
        case WRONG_OFFSET -> out.accept(chosen ? withNextOffset(frame) : frame);
        case LATE_EVENT -> {
          late |= chosen;
          if (late) vertx.setTimer(DELAY_MILLIS, elapsed -> out.accept(frame));
          else out.accept(frame);
        }
        case CLOSE_CODE_1000 ->
            out.accept(isClose(frame) ? frame.setShort(2, (short) 1000) : frame);
        default -> out.accept(frame);
      }
    }

    private boolean isClose(Buffer frame) {
      return (frame.getByte(0) & 0x0f) == 8 && frame.length() >= 4;
    }

    /** The last digit of the offset is before the last quote and brace. */
    private Buffer withNextOffset(Buffer frame) {
      int digit = frame.length() - 3;
      byte next = (byte) (frame.getByte(digit) == '9' ? '8' : frame.getByte(digit) + 1);
      return frame.setByte(digit, next);
    }
  }
}
