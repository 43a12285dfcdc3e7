package dev.boardcast.lab.faults;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Where one laboratory keeps what it has, and only one at a time. A laboratory that was killed left
 * nodes and servers: the next one here ends the former and takes over the latter.
 */
final class WorkDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private WorkDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * @throws IOException when it cannot be written, or another laboratory is at work there
   */
  static WorkDirectory enter(Path directory) throws IOException {
    Path path = Files.createDirectories(directory).toRealPath();
    var channel =
        FileChannel.open(
            path.resolve("laboratory.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new IOException("another laboratory is at work in " + path);
    }
    var home = new WorkDirectory(path, channel);
    home.endStrays();
    return home;
  }

  Path path() {
    return path;
  }

  /** Removes everything but the unpacked programs and the logs of the nodes. */
  @Override
  public void close() {
    try {
      delete(path.resolve("servers"));
      channel.close();
    } catch (IOException stays) {
      // A later run takes it over.
    }
  }

  private void endStrays() {
    String mark = "--data-dir=" + path;
    ProcessHandle.allProcesses()
        .filter(
            process ->
                Arrays.stream(process.info().arguments().orElse(new String[0]))
                    .anyMatch(argument -> argument.startsWith(mark)))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (var all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }
}
