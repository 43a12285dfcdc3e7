package dev.boardcast.server.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address. */
final class EmbeddedPort {
  // Below the range from which the system gives ports to outgoing connections: there, a client that
  // tries to reach a stopped server may end up connected to itself, and keep the server from coming
  // back.
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 29_999;
  private static final int ATTEMPTS = 200;

  private EmbeddedPort() {}

  /** A free one, other than {@code taken}. */
  static int pick(int taken) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (port != taken && isFree(port)) return port;
    }
    throw new EmbeddedFailure("no free port found between " + LOWEST + " and " + HIGHEST);
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(address(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  static InetSocketAddress address(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }
}
