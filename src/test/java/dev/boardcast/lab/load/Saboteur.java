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

/**
 * Makes a good node look like one with a defect: stands between it and its clients, and does to
 * what the node sends what the defect would.
 */
final class Saboteur implements AutoCloseable {
  private static final String MARK = "\"mark\"";

  /** The defect. */
  enum Defect {
    NONE,
    /** One event never reaches one client. */
    DROPS_ONE,
    /** One event reaches one client twice. */
    DOUBLES_ONE,
    /** One client is told that an event has the place after its own. */
    SKIPS_ONE,
    /** Goodbyes say 1000, which means: all is done. */
    CLOSES_WITH_1000,
    /** What a client does not read is kept, however much it is. */
    KEEPS_EVERYTHING
  }

  private final Defect defect;
  private final NetServer server;
  private final NetClient towards;
  private final URI node;
  // Not the first, which may come before the run has begun in earnest.
  private final AtomicInteger countdown = new AtomicInteger(20);

  Saboteur(Vertx vertx, URI node, Defect defect) throws Exception {
    this.node = node;
    this.defect = defect;
    this.towards = vertx.createNetClient();
    this.server = vertx.createNetServer().connectHandler(this::join);
    server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
  }

  URI url() {
    return URI.create("ws://127.0.0.1:" + server.actualPort());
  }

  @Override
  public void close() {
    server.close();
    towards.close();
  }

  private void join(NetSocket client) {
    client.pause();
    towards
        .connect(node.getPort(), node.getHost())
        .onFailure(away -> client.close())
        .onSuccess(
            gateway -> {
              client.pipeTo(gateway);
              if (defect == Defect.NONE) {
                gateway.pipeTo(client);
                return;
              }
              if (defect == Defect.KEEPS_EVERYTHING) client.setWriteQueueMaxSize(1 << 30);
              gateway.handler(new Frames(client::write)::take);
              gateway.closeHandler(gone -> client.end());
            });
  }

  /** Cuts a node's bytes into frames, and lets each through, or not, or changed. */
  private final class Frames {
    private final Consumer<Buffer> out;
    private Buffer held = Buffer.buffer();
    private boolean upgraded;

    Frames(Consumer<Buffer> out) {
      this.out = out;
    }

    void take(Buffer bytes) {
      held.appendBuffer(bytes);
      if (!upgraded) head();
      while (upgraded && held.length() >= 2) {
        int length = length();
        if (length < 0 || held.length() < length) return;
        Buffer frame = held.getBuffer(0, length);
        held = held.getBuffer(length, held.length());
        spoil(frame);
      }
    }

    private void head() {
      int end = held.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
      if (end < 0) return;
      out.accept(held.getBuffer(0, end + 4));
      held = held.getBuffer(end + 4, held.length());
      upgraded = true;
    }

    private int length() {
      int first = held.getByte(1) & 0x7f;
      if (first < 126) return 2 + first;
      if (first == 126) return held.length() < 4 ? -1 : 4 + held.getUnsignedShort(2);
      return held.length() < 10 ? -1 : 10 + (int) held.getLong(2);
    }

    private void spoil(Buffer frame) {
      boolean isEvent = frame.toString(StandardCharsets.ISO_8859_1).contains(MARK);
      boolean chosen = isEvent && countdown.decrementAndGet() == 0;
      switch (defect) {
        case DROPS_ONE -> {
          if (!chosen) out.accept(frame);
        }
        case DOUBLES_ONE -> {
          out.accept(frame);
          if (chosen) out.accept(frame);
        }
        case SKIPS_ONE -> out.accept(chosen ? moved(frame) : frame);
        case CLOSES_WITH_1000 ->
            out.accept(isGoodbye(frame) ? frame.setShort(2, (short) 1000) : frame);
        default -> out.accept(frame);
      }
    }

    private boolean isGoodbye(Buffer frame) {
      return (frame.getByte(0) & 0x0f) == 8 && frame.length() >= 4;
    }

    /** The last digit of the offset stands right before the last quote and brace. */
    private Buffer moved(Buffer frame) {
      int digit = frame.length() - 3;
      byte next = (byte) (frame.getByte(digit) == '9' ? '8' : frame.getByte(digit) + 1);
      return frame.setByte(digit, next);
    }
  }
}
