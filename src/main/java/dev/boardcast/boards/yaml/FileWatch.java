package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for changes of one board file until closed, and reads a changed one. A file that is not
 * valid is reported once; what was in force stays. It is tried again now and then, since it may
 * contradict another file that changes too. Reads the file on a worker thread.
 */
final class FileWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Path file;
  private final Function<byte[], Future<?>> changed;
  private final long timer;
  private byte[] seen;
  private byte[] refused;
  private long refusedUntilNanos;
  private boolean isRunning;

  /**
   * @param seen the content in force
   * @param changed puts another content in force; fails with {@link InvalidBoardFileException} if
   *     that is not possible, with another failure if it is to be tried again
   */
  FileWatch(Vertx vertx, Path file, byte[] seen, Function<byte[], Future<?>> changed) {
    this.vertx = vertx;
    this.file = file;
    this.seen = seen;
    this.changed = changed;
    timer = vertx.setPeriodic(PERIOD.toMillis(), due -> look());
  }

  void close() {
    vertx.cancelTimer(timer);
  }

  private void look() {
    if (isRunning) return;
    isRunning = true;
    vertx
        .executeBlocking(() -> YamlFile.bytes(file))
        .compose(this::read)
        .onComplete(done -> isRunning = false);
  }

  private Future<?> read(byte[] content) {
    if (Arrays.equals(content, seen)) return Future.succeededFuture();
    boolean isRefused = Arrays.equals(content, refused);
    if (isRefused && System.nanoTime() - refusedUntilNanos < 0) return Future.succeededFuture();
    return Future.succeededFuture(content)
        .compose(changed::apply)
        .onSuccess(
            valid -> {
              seen = content;
              LOG.info("{} is in force as it is now", file);
            })
        .onFailure(
            failure -> {
              if (failure instanceof InvalidBoardFileException invalid) {
                if (!isRefused) LOG.warn("{}; the board stays as it was", invalid.getMessage());
                refused = content;
                refusedUntilNanos = System.nanoTime() + REFUSED_PAUSE.toNanos();
              } else {
                LOG.debug("{} cannot be put in force yet", file, failure);
              }
            });
  }
}
