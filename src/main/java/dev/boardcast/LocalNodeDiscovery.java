package dev.boardcast;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Finds the addresses of possible cluster members on this machine, which share a range of ports.
 *
 * <p>Each address that nobody listens on costs a start one second. When nobody listens, the first
 * port is enough: of several nodes that start at once only one can bind it, and the others find it
 * there. Hazelcast would wait for any program that listens and does not answer, and give up in the
 * end: those that show that they are no members are left out.
 *
 * @param first {@code host:port} of the members to try at the start
 * @param all those that a member looks for later: nodes of several clusters that start at once do
 *     not find their own at the first port
 */
record LocalNodeDiscovery(List<String> first, List<String> all) {
  private static final int CONNECT_MILLIS = 300;
  private static final int GREETING_MILLIS = 300;
  private static final int ANSWER_MILLIS = 1_000;
  // By which Hazelcast's members introduce themselves to each other.
  static final byte[] MEMBER_PROTOCOL = "HZC".getBytes(StandardCharsets.US_ASCII);
  // An error to PostgreSQL, Redis, HTTP and whatever reads lines or lengths.
  private static final byte[] NO_REQUEST = "MEMBER?\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private enum Listener {
    NONE,
    /** It has answered as members do, or not yet: a member that starts takes a while. */
    POSSIBLE_MEMBER,
    OTHER
  }

  /**
   * Looks for them. Blocks, at most 2 s.
   *
   * @param greeting with which a member receives who connects; empty where it is the other way
   *     round
   */
  static LocalNodeDiscovery of(String address, int firstPort, byte[] greeting) {
    int[] ports = IntStream.range(0, ClusterConfig.LOCAL_PORTS).map(n -> firstPort + n).toArray();
    Listener[] listeners = listeners(address, ports, greeting);
    int[] possible =
        IntStream.range(0, ports.length).filter(n -> listeners[n] != Listener.OTHER).toArray();
    boolean alone = IntStream.of(possible).allMatch(n -> listeners[n] == Listener.NONE);
    List<String> all =
        IntStream.of(possible).mapToObj(n -> NodeAddress.of(address, ports[n])).toList();
    return new LocalNodeDiscovery(
        all.subList(0, alone ? Math.min(1, all.size()) : all.size()), all);
  }

  private static Listener[] listeners(String address, int[] ports, byte[] greeting) {
    ExecutorService threads = Executors.newFixedThreadPool(ports.length);
    try {
      var asked =
          IntStream.of(ports)
              .mapToObj(port -> new InetSocketAddress(address, port))
              .map(at -> CompletableFuture.supplyAsync(() -> listener(at, greeting), threads))
              .toList();
      return asked.stream().map(CompletableFuture::join).toArray(Listener[]::new);
    } finally {
      threads.shutdown();
    }
  }

  private static Listener listener(InetSocketAddress address, byte[] greeting) {
    try (var socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      return ask(socket, greeting);
    } catch (ConnectException refused) {
      // Only this proves that nobody listens.
      return Listener.NONE;
    } catch (IOException unknown) {
      return Listener.POSSIBLE_MEMBER;
    }
  }

  private static Listener ask(Socket socket, byte[] greeting) throws IOException {
    var out = socket.getOutputStream();
    if (greeting.length == 0) out.write(MEMBER_PROTOCOL);
    byte[] expected = greeting.length == 0 ? MEMBER_PROTOCOL : greeting;
    try {
      return answer(socket, GREETING_MILLIS, expected);
    } catch (SocketTimeoutException silent) {
      out.write(NO_REQUEST);
      return answer(socket, ANSWER_MILLIS, expected);
    }
  }

  private static Listener answer(Socket socket, int millis, byte[] expected) throws IOException {
    socket.setSoTimeout(millis);
    byte[] answer = socket.getInputStream().readNBytes(expected.length);
    return Arrays.equals(answer, expected) ? Listener.POSSIBLE_MEMBER : Listener.OTHER;
  }
}
