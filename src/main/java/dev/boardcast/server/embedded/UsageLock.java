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
 * One node that uses the servers: a file it keeps locked. The lock ends with the process, however
 * it ends, so users need no heartbeat. All calls are made inside the gate.
 */
final class UsageLock {
  private final Path file;
  private final FileChannel channel;

  private UsageLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static UsageLock join(Path users) {
    var file = users.resolve(thisJvm() + UUID.randomUUID());
    try {
      var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel.lock();
      return new UsageLock(file, channel);
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(users, cause);
    }
  }

  /** Whether anyone uses the servers; sweeps away the files of the dead. */
  static boolean any(Path users) {
    boolean any = false;
    try (var files = Files.newDirectoryStream(users)) {
      for (var file : files) {
        // Opening and closing a file this JVM has locked would end that lock.
        if (file.getFileName().toString().startsWith(thisJvm()) || isLocked(file)) {
          any = true;
        } else {
          Files.deleteIfExists(file);
        }
      }
      return any;
    } catch (IOException cause) {
      throw EmbeddedDirectories.unusable(users, cause);
    }
  }

  void leave() {
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
    } catch (NoSuchFileException left) {
      return false;
    }
  }

  // The start time tells this process from a dead one with the same number.
  private static String thisJvm() {
    var self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + started + "-";
  }
}
