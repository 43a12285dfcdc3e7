package dev.boardcast;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the addresses of possible cluster members on this machine, which share a range of ports.
 *
 * <p>Each address that nobody listens on costs a start one second. When the whole range is free,
 * the first port is enough: of several nodes that start at once only one can bind it, and the
 * others find it there.
 */
final class LocalNodeDiscovery {
  private static final int CONNECT_TIMEOUT_MILLIS = 300;

  private LocalNodeDiscovery() {}

  /** {@code host:port} of the members to try. Blocks, at most 0.3 s for each port. */
  static List<String> of(String address, int firstPort) {
    int[] ports = IntStream.range(0, ClusterConfig.LOCAL_PORTS).map(n -> firstPort + n).toArray();
    boolean alone = IntStream.of(ports).allMatch(port -> isFree(address, port));
    return IntStream.of(ports)
        .limit(alone ? 1 : ports.length)
        .mapToObj(port -> address + ":" + port)
        .toList();
  }

  /** Only a refused connection proves that nobody listens. */
  private static boolean isFree(String address, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MILLIS);
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (IOException unknown) {
      return false;
    }
  }
}
