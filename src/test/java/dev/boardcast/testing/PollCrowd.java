package dev.boardcast.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many pollers of boards and one stream, over kept connections from several loopback addresses.
 * Each poller asks in turn for the next events of the stream, as PROTOCOL says, and for its board,
 * with the entity tag that it has. The data of the stream's events is {@code {"n":<number>}}, from
 * 0 on. One thread.
 */
public final class PollCrowd implements AutoCloseable {
  private static final int ADDRESSES = 8;
  private static final Pattern NUMBER = Pattern.compile("\"data\":\\{\"n\":(\\d+)\\}");
  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");
  private static final Pattern POLL = Pattern.compile("\"poll\":\"([^\"]+)\"");
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");
  private static final Pattern DATE = Pattern.compile("(?i)\\r\\ndate: ([^\\r]+)");
  private static final Pattern TAG = Pattern.compile("(?i)\r\netag: (\\S+)");

  private final Selector selector = Selector.open();
  private final String host;
  private final String stream;
  private final long intervalNanos;
  private final List<Connection> connections = new ArrayList<>();
  private final List<Poller> pollers = new ArrayList<>();
  private long requests;
  private long oldestMillis;
  private long unchanged;
  private int events = Integer.MAX_VALUE;
  private int complete;

  private static final class Poller {
    String board;
    String tag = "";
    String next;
    String poll = "now";
    int seen;
    boolean isAtBoard;
    long dueNanos;
  }

  private static final class Connection {
    final SocketChannel channel;
    final ByteBuffer in = ByteBuffer.allocate(64 << 10);
    final Deque<Poller> waiting = new ArrayDeque<>();
    Poller asking;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /**
   * Connects.
   *
   * @param boards paths; pollers are spread over them
   * @param stream path of the events
   * @param start the offset from which all pollers read
   * @param interval between two requests of one poller, when the first answer has come
   */
  public PollCrowd(
      URI server,
      List<String> boards,
      String stream,
      String start,
      int pollers,
      int connections,
      Duration interval)
      throws IOException {
    this.host = server.getAuthority();
    this.stream = stream;
    this.intervalNanos = interval.toNanos();
    var address = new InetSocketAddress(server.getHost(), server.getPort());
    for (int i = 0; i < connections; i++) {
      var channel = SocketChannel.open();
      channel.bind(new InetSocketAddress("127.0.0." + (1 + i % ADDRESSES), 0));
      channel.connect(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      var connection = new Connection(channel);
      channel.register(selector, SelectionKey.OP_READ, connection);
      this.connections.add(connection);
    }
    long now = System.nanoTime();
    for (int i = 0; i < pollers; i++) {
      var poller = new Poller();
      poller.board = boards.get(i % boards.size());
      poller.next = start;
      // Not all at once.
      poller.dueNanos = now + i * intervalNanos / pollers;
      this.pollers.add(poller);
      this.connections.get(i % connections).waiting.add(poller);
    }
  }

  /** Polls for that long, or until every poller has the expected events. */
  public void run(Duration most) throws IOException {
    long end = System.nanoTime() + most.toNanos();
    while (System.nanoTime() < end && complete < pollers.size()) {
      long now = System.nanoTime();
      for (Connection connection : connections) sendIfDue(connection, now);
      selector.select(
          key -> {
            try {
              read((Connection) key.attachment());
            } catch (IOException broken) {
              throw new IllegalStateException("a connection was closed", broken);
            }
          },
          TimeUnit.MILLISECONDS.toMillis(5));
    }
  }

  /** Says how many events the stream gets: who has them all has completed. */
  public void expect(int number) {
    events = number;
    complete = (int) pollers.stream().filter(poller -> poller.seen >= number).count();
  }

  /** How many pollers have all expected events. */
  public int complete() {
    return complete;
  }

  /** How many requests were answered. */
  public long requests() {
    return requests;
  }

  /** How many of them by 304. */
  public long unchanged() {
    return unchanged;
  }

  /**
   * The greatest age of a board's copy by the date of its response, which has no fractions of
   * seconds: a copy may be a second younger than this.
   */
  public long oldestMillis() {
    return oldestMillis;
  }

  private void sendIfDue(Connection connection, long now) throws IOException {
    Poller poller = connection.waiting.peek();
    if (connection.asking != null || poller == null || poller.dueNanos - now > 0) return;
    connection.asking = connection.waiting.poll();
    String path =
        poller.isAtBoard
            ? poller.board
            : stream + "?after=" + poller.next.replace(":", "%3A") + "&poll=" + poller.poll;
    String condition =
        poller.isAtBoard && !poller.tag.isEmpty() ? "If-None-Match: " + poller.tag + "\r\n" : "";
    String request = "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(path, host, condition);
    // Smaller than the buffer of any socket.
    connection.channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
  }

  private void read(Connection connection) throws IOException {
    if (connection.channel.read(connection.in) < 0) throw new IOException("closed");
    var text =
        new String(connection.in.array(), 0, connection.in.position(), StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) return;
    String headers = text.substring(0, head);
    boolean isUnchanged = headers.startsWith("HTTP/1.1 304");
    if (!isUnchanged && !headers.startsWith("HTTP/1.1 200")) {
      throw new IllegalStateException(text);
    }
    int length = isUnchanged ? 0 : Integer.parseInt(find(LENGTH, headers));
    if (text.length() < head + 4 + length) return;
    connection.in.clear();
    requests++;
    if (isUnchanged) unchanged++;
    Poller poller = connection.asking;
    connection.asking = null;
    if (poller.isAtBoard) {
      poller.tag = find(TAG, headers);
      long made =
          Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(find(DATE, headers)))
              .toEpochMilli();
      oldestMillis = Math.max(oldestMillis, System.currentTimeMillis() - made);
    }
    if (!poller.isAtBoard) answered(poller, text.substring(head + 4));
    poller.isAtBoard = !poller.isAtBoard;
    poller.dueNanos = System.nanoTime() + intervalNanos;
    connection.waiting.add(poller);
    sendIfDue(connection, System.nanoTime());
  }

  private void answered(Poller poller, String page) {
    Matcher numbers = NUMBER.matcher(page);
    while (numbers.find()) {
      int number = Integer.parseInt(numbers.group(1));
      if (number != poller.seen) {
        throw new IllegalStateException("expected event %d: %s".formatted(poller.seen, page));
      }
      poller.seen++;
      if (poller.seen == events) complete++;
    }
    if (!page.contains("\"recovered\":true")) throw new IllegalStateException(page);
    poller.next = find(NEXT, page);
    poller.poll = find(POLL, page);
  }

  private static String find(Pattern pattern, String in) {
    Matcher found = pattern.matcher(in);
    if (!found.find()) throw new IllegalStateException(pattern + " in " + in);
    return found.group(1);
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) connection.channel.close();
    selector.close();
  }
}
