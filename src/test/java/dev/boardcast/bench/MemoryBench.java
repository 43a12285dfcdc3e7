package dev.boardcast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the memory of an idle, authenticated session with one subscription: how heap in use and
 * resident memory outside the heap grow with the number of sessions, in a process of their own, and
 * the growth of the heap by package.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.MemoryBench 2000,5000 gateway,http,router 5"
 * }</pre>
 *
 * Arguments: numbers of sessions (2000,5000,10000,15000), where they arrive (gateway; {@code
 * deflate} is the same with permessage-deflate agreed on), rounds (1); peers alternate. Needs as
 * many open files as sessions ({@code ulimit -n}), in each of two processes.
 */
public final class MemoryBench {
  private static final String HELLO =
      "GET "
          + GatewayPeer.PATH
          + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  private static final int ROWS = 20;
  // The heap is resident from the start, so that growth of resident memory is outside of it.
  private static final String[] WHOLE_HEAP = {"-Xms768m", "-XX:+AlwaysPreTouch"};

  private record Point(int sessions, long heap, long offHeap) {}

  private MemoryBench() {}

  public static void main(String[] arguments) throws Exception {
    String steps = arguments.length > 0 ? arguments[0] : "2000,5000,10000,15000";
    var peers = List.of((arguments.length > 1 ? arguments[1] : "gateway").split(","));
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    var perSession = new TreeMap<String, List<Double>>();
    for (int round = 0; round < rounds; round++) {
      for (String peer : peers) {
        boolean last = round == rounds - 1 && peer.equals(peers.get(0));
        perSession
            .computeIfAbsent(peer, first -> new ArrayList<>())
            .add(measure(peer, steps.split(","), last));
      }
    }
    perSession.forEach(
        (peer, bytes) ->
            System.out.printf(
                Locale.ROOT, "%-8s  %.2f KB per session%n", peer, Bench.median(bytes) / 1024));
    System.exit(0);
  }

  /** Returns bytes per session; prints where they are when asked. */
  private static double measure(String kind, String[] steps, boolean printsHolders)
      throws Exception {
    var sessions = new ArrayList<SocketChannel>();
    var points = new ArrayList<Point>();
    var first = new TreeMap<String, Long>();
    System.out.println(kind + "\nsessions     heap KB off-heap KB");
    boolean deflate = kind.equals("deflate");
    try (Peer peer =
        deflate
            ? Peer.java("gateway", 256, WHOLE_HEAP[0], WHOLE_HEAP[1], "-Dcompression=on")
            : Peer.java(kind, 256, WHOLE_HEAP)) {
      for (String step : steps) {
        int wanted = Integer.parseInt(step);
        while (sessions.size() < wanted) sessions.add(connect(peer.port, deflate));
        peer.send('m');
        String[] memory = peer.next("MEMORY").split(" ");
        if (first.isEmpty() && printsHolders) first.putAll(histogram(peer.pid()));
        points.add(new Point(wanted, Long.parseLong(memory[0]), Long.parseLong(memory[1])));
        Point now = points.get(points.size() - 1);
        System.out.printf("%8d  %10d %10d%n", wanted, now.heap() / 1024, now.offHeap() / 1024);
      }
      double heap =
          slope(points.stream().map(at -> new double[] {at.sessions(), at.heap()}).toList());
      double offHeap =
          slope(points.stream().map(at -> new double[] {at.sessions(), at.offHeap()}).toList());
      System.out.printf(
          Locale.ROOT,
          "per session: heap %.0f B, off-heap %.0f B, together %.2f KB%n",
          heap,
          offHeap,
          (heap + offHeap) / 1024);
      if (printsHolders) {
        holders(first, histogram(peer.pid()), sessions.size() - points.get(0).sessions());
      }
      for (SocketChannel session : sessions) session.close();
      return heap + offHeap;
    }
  }

  private static SocketChannel connect(int port, boolean deflate) throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
    String hello = HELLO + (deflate ? OFFER : "") + "\r\n";
    channel.write(ByteBuffer.wrap(hello.getBytes(StandardCharsets.US_ASCII)));
    var got = new StringBuilder();
    var buffer = ByteBuffer.allocate(2048);
    // The message "subscribed" has less than the 128 bytes that are compressed.
    while (got.indexOf("\"subscribed\"") < 0) {
      if (channel.read(buffer.clear()) < 0) throw new IOException("refused after " + got);
      got.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
    }
    return channel;
  }

  /** The slope of the least-squares line. */
  private static double slope(List<double[]> points) {
    double x = points.stream().mapToDouble(at -> at[0]).average().orElseThrow();
    double y = points.stream().mapToDouble(at -> at[1]).average().orElseThrow();
    double above = points.stream().mapToDouble(at -> (at[0] - x) * (at[1] - y)).sum();
    return above / points.stream().mapToDouble(at -> (at[0] - x) * (at[0] - x)).sum();
  }

  /** Sums by package. */
  private static void holders(Map<String, Long> first, Map<String, Long> last, int sessions) {
    var grown = new TreeMap<>(last);
    first.forEach((type, bytes) -> grown.merge(type, -bytes, Long::sum));
    print("bytes per session, class", grown, sessions);
    var groups = new TreeMap<String, Long>();
    grown.forEach((type, bytes) -> groups.merge(group(type), bytes, Long::sum));
    print("bytes per session, package", groups, sessions);
  }

  private static String group(String type) {
    if (type.startsWith("[")) return "arrays";
    String[] parts = type.split("\\.");
    return String.join(".", List.of(parts).subList(0, Math.min(3, Math.max(1, parts.length - 1))));
  }

  private static void print(String title, Map<String, Long> bytes, int sessions) {
    System.out.println(title);
    bytes.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .filter(entry -> entry.getValue() >= sessions)
        .limit(ROWS)
        .forEach(
            entry ->
                System.out.printf(
                    Locale.ROOT,
                    "%8.1f  %s%n",
                    (double) entry.getValue() / sessions,
                    entry.getKey()));
  }

  /** Bytes of live objects by class. */
  private static Map<String, Long> histogram(long pid) throws IOException {
    var jmap = new ProcessBuilder("jmap", "-histo:live", Long.toString(pid)).start();
    var bytes = new TreeMap<String, Long>();
    try (var lines = new BufferedReader(new InputStreamReader(jmap.getInputStream()))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.strip().split("\\s+");
        if (words.length >= 4 && words[0].endsWith(":")) {
          bytes.merge(words[3], Long.parseLong(words[2]), Long::sum);
        }
      }
    }
    return bytes;
  }
}
