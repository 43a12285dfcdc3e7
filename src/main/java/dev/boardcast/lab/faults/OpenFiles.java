package dev.boardcast.lab.faults;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** How many files and sockets one process may have open, and whether that will do. */
final class OpenFiles {
  // A client that a node's HTTP port hands on has three ends there, two of three clients have one.
  private static final int PER_CLIENT = 2;
  private static final int BESIDE = 1_000;

  private OpenFiles() {}

  /**
   * For the laboratory itself, and for a node that has to take all clients: nodes inherit the
   * limit.
   *
   * @throws IOException when the limit is too low; says which would do
   */
  static void check(int clients) throws IOException {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
      return;
    }
    check(clients, unix.getMaxFileDescriptorCount());
  }

  static void check(int clients, long allowed) throws IOException {
    long needed = (long) PER_CLIENT * clients + BESIDE;
    if (allowed > 0 && allowed < needed) {
      throw new IOException(
          "%d clients need %d open files in one process, %d are allowed: raise it with ulimit -n"
              .formatted(clients, needed, allowed));
    }
  }
}
