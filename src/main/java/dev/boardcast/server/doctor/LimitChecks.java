package dev.boardcast.server.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Checks what the operating system allows this process. */
final class LimitChecks {
  // A node's default limit of sessions is far above; two files each, and some of its own.
  private static final long FEW_FILES = 10_000;
  private static final long SMALL_HEAP_MIB = 192;

  private LimitChecks() {}

  static Finding openFiles() {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
      return Finding.ok("this system tells no limit of open files");
    }
    long allowed = unix.getMaxFileDescriptorCount();
    return allowed > 0 && allowed < FEW_FILES
        ? Finding.warning(
            "%d open files are allowed, which is about as many clients: raise it with ulimit -n, or LimitNOFILE of the unit"
                .formatted(allowed))
        : Finding.ok("%d open files are allowed".formatted(allowed));
  }

  static Finding heap() {
    long mib = Runtime.getRuntime().maxMemory() >> 20;
    return mib < SMALL_HEAP_MIB
        ? Finding.warning(
            "the heap may have %d MiB: give -Xmx256m or more, or a larger container".formatted(mib))
        : Finding.ok("the heap may have %d MiB".formatted(mib));
  }
}
