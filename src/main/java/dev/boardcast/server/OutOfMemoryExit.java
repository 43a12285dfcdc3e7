package dev.boardcast.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.boardcast.web.MemoryExhaustion;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Ends the process at once after an {@link OutOfMemoryError}, with an exit code of its own and
 * without shutdown hooks, as {@code -XX:+ExitOnOutOfMemoryError} does. The error may reach a
 * thread's end, an exception handler of Vert.x, a failed request, or only a line of the log: all of
 * them are watched.
 */
final class OutOfMemoryExit {
  /** As of {@code -XX:+ExitOnOutOfMemoryError}. */
  static final int CODE = 3;

  // Made before memory is short.
  private static final byte[] LINE =
      "boardcast: out of memory; ends with code 3. Raise -Xmx, or lower the limits\n"
          .getBytes(US_ASCII);
  private static byte[] reserve = new byte[1 << 20];
  private static final FileOutputStream ERRORS = new FileOutputStream(FileDescriptor.err);

  private OutOfMemoryExit() {}

  /**
   * Watches the process.
   *
   * @return ends the watch, so that a command which another program ran leaves nothing behind that
   *     could end that program
   */
  static Runnable install() {
    prepare();
    Runnable unlisten = MemoryExhaustion.listen(error -> exit());
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          MemoryExhaustion.report(failure);
          LoggerFactory.getLogger(OutOfMemoryExit.class)
              .error("thread {} ended", thread.getName(), failure);
        });
    Runnable unfilter = watchLog();
    return () -> {
      unfilter.run();
      Thread.setDefaultUncaughtExceptionHandler(before);
      unlisten.run();
    };
  }

  private static Runnable watchLog() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext logging)) return () -> {};
    var filter = new LoggedErrors();
    logging.addTurboFilter(filter);
    return () -> logging.getTurboFilterList().remove(filter);
  }

  /** Watches what is thrown on the event loops of a Vert.x. */
  static Vertx watch(Vertx vertx) {
    return vertx.exceptionHandler(
        failure -> {
          MemoryExhaustion.report(failure);
          LoggerFactory.getLogger(OutOfMemoryExit.class).error("Unhandled exception", failure);
        });
  }

  /** Loads what the end needs: later there may be no memory for it. */
  private static void prepare() {
    MemoryExhaustion.report(null);
    Thread hook = new Thread();
    Runtime.getRuntime().addShutdownHook(hook);
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private static void exit() {
    reserve = null;
    try {
      ERRORS.write(LINE);
    } catch (Throwable closed) {
      // The exit code tells the same.
    } finally {
      Runtime.getRuntime().halt(CODE);
    }
  }

  private static final class LoggedErrors extends TurboFilter {
    @Override
    public FilterReply decide(
        Marker marker,
        Logger logger,
        Level level,
        String format,
        Object[] parameters,
        Throwable failure) {
      if (failure != null) {
        MemoryExhaustion.report(failure);
      } else if (parameters != null && parameters.length > 0) {
        Object last = parameters[parameters.length - 1];
        if (last instanceof Throwable thrown) MemoryExhaustion.report(thrown);
      }
      return FilterReply.NEUTRAL;
    }
  }
}
