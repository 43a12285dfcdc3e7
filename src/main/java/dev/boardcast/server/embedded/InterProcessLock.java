package dev.boardcast.server.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one thread of one process on this machine in at a time. A process that dies inside leaves.
 */
final class InterProcessLock {
  // A file lock belongs to the whole process, and closing any channel of the file ends it. So the
  // threads of this JVM take turns before one of them opens the file.
  private static final ConcurrentMap<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private final Path file;

  /** A gate by this file; its folder must exist. */
  InterProcessLock(Path file) {
    this.file = file.toAbsolutePath().normalize();
  }

  /**
   * Does the work inside, after a wait for others to leave.
   *
   * @throws EmbeddedFailure when another is inside for longer than {@code wait}
   */
  <T> T inside(Duration wait, Supplier<T> work) {
    return attempt(wait, work)
        .orElseThrow(
            () ->
                new EmbeddedFailure(
                    "another process has held " + file + " for " + wait.toSeconds() + " s"));
  }

  /** Does the work, never null, unless another stays inside for longer than {@code wait}. */
  <T> Optional<T> attempt(Duration wait, Supplier<T> work) {
    var deadline = new PollingWait(wait);
    var turn = TURNS.computeIfAbsent(file, path -> new ReentrantLock());
    while (!turn.tryLock()) {
      if (deadline.passed()) return Optional.empty();
      deadline.pause();
    }
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock;
      while ((lock = channel.tryLock()) == null) {
        if (deadline.passed()) return Optional.empty();
        deadline.pause();
      }
      try {
        return Optional.of(work.get());
      } finally {
        lock.release();
      }
    } catch (IOException cause) {
      throw new EmbeddedFailure("cannot lock " + file + " (" + cause + ")", cause);
    } finally {
      turn.unlock();
    }
  }
}
