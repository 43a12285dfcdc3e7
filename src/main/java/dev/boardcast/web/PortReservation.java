package dev.boardcast.web;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reserves a port for one node of this process. Servers of one Vert.x share an equal port without
 * an error, a host's own server included; so each port is probed before the first server listens on
 * it. Thread safe.
 */
public final class PortReservation implements AutoCloseable {
  private static final Set<String> RESERVED = ConcurrentHashMap.newKeySet();

  private final String address;

  private PortReservation(String address) {
    this.address = address;
  }

  /**
   * Reserves a port until {@link #close}. Blocks shortly.
   *
   * @param setting that the port comes from, for the message
   * @param port 0 for any free one, which is always available
   * @throws BindException with a message for the operator when the port cannot be listened on
   */
  public static PortReservation of(String setting, String host, int port) throws BindException {
    String address = host + ":" + port;
    if (port != 0 && !RESERVED.add(address)) throw new BindException(inUse(setting, host, port));
    var reservation = new PortReservation(address);
    Optional<String> problem = problem(setting, host, port);
    if (problem.isEmpty()) return reservation;
    reservation.close();
    throw new BindException(problem.get());
  }

  /** Why nobody can listen on a port, or empty if somebody can. Blocks shortly. */
  public static Optional<String> problem(String setting, String host, int port) {
    if (port == 0) return Optional.empty();
    try {
      new ServerSocket(port, 1, InetAddress.getByName(host)).close();
      return Optional.empty();
    } catch (UnknownHostException unknown) {
      return Optional.of("host %s has no address".formatted(host));
    } catch (IOException refused) {
      return Optional.of(
          String.valueOf(refused.getMessage()).contains("in use")
              ? inUse(setting, host, port)
              : "%s %d on host %s: %s".formatted(setting, port, host, refused.getMessage()));
    }
  }

  /** Lets others of this process reserve the port. */
  @Override
  public void close() {
    RESERVED.remove(address);
  }

  private static String inUse(String setting, String host, int port) {
    return "%s %d is already in use on %s".formatted(setting, port, host);
  }
}
