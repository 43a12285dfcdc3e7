package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;

/**
 * Records that one node uses the servers: a file that the node keeps locked. The lock ends with the
 * process, so no heartbeat is needed. Callers hold the lock of the data directory.
 */
final class UsageLock {
  private final Path file;
  private final FileChannel channel;

  private UsageLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static UsageLock acquire(Path directory) {
    var file = directory.resolve(thisJvm() + UUID.randomUUID());
    try {
      var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel.lock();
      return new UsageLock(file, channel);
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(directory, cause);
    }
  }

  /** Whether any node uses the servers; deletes the files of dead ones. */
  static boolean isAnyHeld(Path directory) {
    boolean isAnyHeld = false;
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        // Opening and closing a file that this JVM has locked would release that lock.
        if (file.getFileName().toString().startsWith(thisJvm()) || isLocked(file)) {
          isAnyHeld = true;
        } else {
          Files.deleteIfExists(file);
        }
      }
      return isAnyHeld;
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(directory, cause);
    }
  }

  void release() {
    try {
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(file, cause);
    }
  }

  private static boolean isLocked(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException deleted) {
      return false;
    }
  }

  // The start time distinguishes this process from a dead one with the same pid.
  private static String thisJvm() {
    var self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + started + "-";
  }
}
