package dev.boardcast.gateway;

import dev.boardcast.bus.Offset;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The clients of a {@link WarmUp}. Each thread opens one session after the other, with blocking
 * sockets, and keeps the newest few so that there is somebody to send events to. Thread safe.
 */
final class WarmUpClients implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int KEPT = 16;
  // Whose resumption reads the log.
  private static final int RESUMING = 40;
  private static final int READ_MILLIS = 1_000;
  private static final int TEXT_FRAME = 0x81;
  private static final int MASKED = 0x80;
  private static final int EXTENDED = 126;
  private static final Pattern SUBSCRIBED =
      Pattern.compile("\"topic\":\"" + WarmUpEvents.STREAM + "\",\"offset\":\"([^\"]+:\\d+)\"");

  private final int port;
  private final String topics;
  private final List<String> tokens;
  private final Consumer<Offset> onFirst;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger(THREADS);
  private volatile boolean closed;

  /**
   * @param onFirst gets the offset of the stream once the sessions that resume have ended
   */
  WarmUpClients(int port, List<String> topics, List<String> tokens, Consumer<Offset> onFirst) {
    this.port = port;
    this.topics = String.join(",", topics);
    this.tokens = tokens;
    this.onFirst = onFirst;
  }

  /**
   * Opens sessions.
   *
   * @param most how many
   * @param end by {@link System#nanoTime()}, after which none begins
   * @param done gets how many were served
   */
  void run(int most, long end, Promise<Integer> done) {
    for (int i = 0; i < THREADS; i++) {
      var thread = new Thread(() -> open(most, end, done), "boardcast-warm-up-" + i);
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** No session begins after this. */
  @Override
  public void close() {
    closed = true;
  }

  private void open(int most, long end, Promise<Integer> done) {
    Deque<Socket> kept = new ArrayDeque<>();
    try {
      while (!closed && System.nanoTime() < end) {
        int number = begun.getAndIncrement();
        if (number >= most) break;
        kept.add(session(number));
        served.incrementAndGet();
        if (kept.size() > KEPT) reset(kept.remove());
      }
    } catch (IOException failed) {
      // The node starts nevertheless.
    } finally {
      kept.forEach(WarmUpClients::reset);
      if (running.decrementAndGet() == 0) done.complete(served.get());
    }
  }

  /** One session, until it has all its answers. */
  private Socket session(int number) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), READ_MILLIS);
      socket.setSoTimeout(READ_MILLIS);
      socket.setTcpNoDelay(true);
      var out = socket.getOutputStream();
      out.write(handshake(tokens.get(number % tokens.size())).getBytes(StandardCharsets.US_ASCII));
      var received = new StringBuilder();
      Offset offset = Offset.parse(await(socket, received, SUBSCRIBED).group(1));
      if (number < RESUMING) {
        out.write(frame(subscribe(offset)));
        out.write(frame(subscribe(new Offset(offset.epoch(), Math.max(0, offset.sequence() - 1)))));
      } else {
        // The log has none of the events that follow.
        if (number >= RESUMING + 2 * THREADS) onFirst.accept(offset);
        out.write(frame(publish(number)));
      }
      out.write(frame("{\"type\":\"ping\"}"));
      await(socket, received, Pattern.compile("\"pong\""));
      return socket;
    } catch (IOException | RuntimeException failure) {
      reset(socket);
      throw failure;
    }
  }

  private static Matcher await(Socket socket, StringBuilder received, Pattern wanted)
      throws IOException {
    byte[] bytes = new byte[1 << 14];
    while (true) {
      Matcher found = wanted.matcher(received);
      if (found.find()) return found;
      int size = socket.getInputStream().read(bytes);
      if (size < 0) throw new IOException("the session was closed");
      received.append(new String(bytes, 0, size, StandardCharsets.ISO_8859_1));
    }
  }

  /** Leaves nothing in the kernel's table of closed connections. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException closed) {
      // As wanted.
    }
  }

  private String handshake(String token) {
    return "GET /ws?topics="
        + topics
        + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: boardcast\r\n"
        + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Authorization: Bearer "
        + token
        + "\r\n\r\n";
  }

  private static String subscribe(Offset since) {
    return "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":\"%s\"}]}"
        .formatted(WarmUpEvents.STREAM, since);
  }

  private static String publish(int number) {
    return ("{\"type\":\"publish\",\"topic\":\"%s\",\"event_type\":\"warm_up\",\"id\":\"%d\","
            + "\"data\":{\"number\":%d}}")
        .formatted(WarmUpEvents.STREAM, number, number);
  }

  /** A text frame, masked with zeros. */
  private static byte[] frame(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) TEXT_FRAME);
    if (payload.length < EXTENDED) {
      frame.put((byte) (MASKED | payload.length));
    } else {
      frame.put((byte) (MASKED | EXTENDED)).putShort((short) payload.length);
    }
    frame.putInt(0).put(payload);
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }
}
