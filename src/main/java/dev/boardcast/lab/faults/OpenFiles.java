package dev.boardcast.lab.faults;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Checks the limit of open files before it is reached. */
final class OpenFiles {
  // A socket, and headroom for overlapping reconnects.
  private static final int PER_CLIENT = 2;
  private static final int OTHERS = 1_000;

  private OpenFiles() {}

  /**
   * Checks the limit of this process, which nodes inherit: one of them may get all clients.
   *
   * @throws IOException with the limit that is needed, if it is too low
   */
  static void check(int clients) throws IOException {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
      return;
    }
    check(clients, unix.getMaxFileDescriptorCount());
  }

  static void check(int clients, long allowed) throws IOException {
    long needed = (long) PER_CLIENT * clients + OTHERS;
    if (allowed > 0 && allowed < needed) {
      throw new IOException(
          "%d clients need %d open files in one process, %d are allowed: raise it with ulimit -n"
              .formatted(clients, needed, allowed));
    }
  }
}
