package dev.boardcast.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;

/** Checks whether a port can be listened on, and names the setting if not. */
final class PortCheck {
  private PortCheck() {}

  /** One line for the operator, or empty if the port can be listened on. Blocks. */
  static Optional<String> problem(String setting, String host, int port) {
    if (port == 0) return Optional.empty();
    try {
      new ServerSocket(port, 1, InetAddress.getByName(host)).close();
      return Optional.empty();
    } catch (UnknownHostException unknown) {
      return Optional.of("host %s has no address".formatted(host));
    } catch (BindException refused) {
      return Optional.of(
          String.valueOf(refused.getMessage()).contains("in use")
              ? "%s %d is already in use on %s".formatted(setting, port, host)
              : "%s %d on host %s: %s".formatted(setting, port, host, refused.getMessage()));
    } catch (IOException other) {
      return Optional.of("%s %d on host %s: %s".formatted(setting, port, host, other.getMessage()));
    }
  }
}
