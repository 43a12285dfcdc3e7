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
 * The directory of one matrix, locked for others. A killed matrix leaves processes: the next one
 * kills its nodes and uses its servers.
 */
final class WorkDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private WorkDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates and locks it.
   *
   * @throws IOException if it cannot be written, or another matrix uses it
   */
  static WorkDirectory enter(Path directory) throws IOException {
    Path path = Files.createDirectories(directory).toRealPath();
    var channel =
        FileChannel.open(
            path.resolve("laboratory.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new IOException("another fault matrix uses " + path);
    }
    var workDirectory = new WorkDirectory(path, channel);
    workDirectory.killNodes();
    return workDirectory;
  }

  Path path() {
    return path;
  }

  /** Deletes the servers' data and unlocks the directory; unpacked programs and logs stay. */
  @Override
  public void close() {
    try {
      delete(path.resolve("servers"));
      channel.close();
    } catch (IOException undeletable) {
      // A later run uses or deletes it.
    }
  }

  private void killNodes() {
    String prefix = "--data-dir=" + path;
    ProcessHandle.allProcesses()
        .filter(
            process ->
                Arrays.stream(process.info().arguments().orElse(new String[0]))
                    .anyMatch(argument -> argument.startsWith(prefix)))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (var all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }
}
