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
 * A lock that one thread of one process of this machine holds at a time. A process that dies
 * releases it. Thread safe.
 */
final class InterProcessLock {
  // A file lock belongs to the whole process, and closing any channel of the file releases it. So
  // the threads of this JVM exclude each other before one of them opens the file.
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Path file;

  /**
   * @param file locked to hold the lock; its directory must exist
   */
  InterProcessLock(Path file) {
    this.file = file.toAbsolutePath().normalize();
  }

  /**
   * Runs the task while holding the lock.
   *
   * @param <T> never null
   * @throws EmbeddedServerException if the lock is not free within the limit
   */
  <T> T call(Duration limit, Supplier<T> task) {
    return tryCall(limit, task)
        .orElseThrow(
            () ->
                new EmbeddedServerException(
                    "another process has held " + file + " for " + limit.toSeconds() + " s"));
  }

  /** As {@link #call}, but empty if the lock is not free within the limit. */
  <T> Optional<T> tryCall(Duration limit, Supplier<T> task) {
    var deadline = new PollingWait(limit);
    var threads = THREADS.computeIfAbsent(file, path -> new ReentrantLock());
    while (!threads.tryLock()) {
      if (deadline.isOver()) return Optional.empty();
      deadline.pause();
    }
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock;
      while ((lock = channel.tryLock()) == null) {
        if (deadline.isOver()) return Optional.empty();
        deadline.pause();
      }
      try {
        return Optional.of(task.get());
      } finally {
        lock.release();
      }
    } catch (IOException cause) {
      throw new EmbeddedServerException("cannot lock " + file + " (" + cause + ")", cause);
    } finally {
      threads.unlock();
    }
  }
}
