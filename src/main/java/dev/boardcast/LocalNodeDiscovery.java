package dev.boardcast;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where to look for other nodes of this machine, which share a range of ports.
 *
 * <p>Asking for nodes that are not there costs a start a second. When nothing listens in the whole
 * range, the first port is enough: of several nodes that start at once only one gets it, and the
 * others find it there.
 */
final class LocalNodeDiscovery {
  private static final int PATIENCE_MILLIS = 300;

  private LocalNodeDiscovery() {}

  /** {@code host:port} of the members to try. Blocks shortly. */
  static List<String> of(String address, int firstPort) {
    int[] ports = IntStream.range(0, ClusterOptions.LOCAL_PORTS).map(n -> firstPort + n).toArray();
    boolean alone = IntStream.of(ports).allMatch(port -> isFree(address, port));
    return IntStream.of(ports)
        .limit(alone ? 1 : ports.length)
        .mapToObj(port -> address + ":" + port)
        .toList();
  }

  /** Only a refusal proves that nobody listens. */
  private static boolean isFree(String address, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (IOException unclear) {
      return false;
    }
  }
}
