package dev.boardcast.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures the memory of this process: live heap, and resident memory outside the heap. */
final class Resident {
  private Resident() {}

  /**
   * @return bytes of heap in use after collections, a space, resident bytes outside the heap
   */
  static String afterCollection() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) System.gc();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return heap.getUsed() + " " + (residentBytes() - heap.getCommitted());
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
    throw new IOException("no VmRSS");
  }
}
