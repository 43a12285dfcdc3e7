package dev.boardcast.admin;

import static java.util.concurrent.CompletableFuture.delayedExecutor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.boardcast.bus.LogLevelChange;
import dev.boardcast.engine.OptionalArtifact;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Gives loggers of this process other levels for a time, where it logs by logback. All nodes of a
 * process share its loggers, so what they had before is known here alone. Thread safe.
 */
final class LogLevels {
  /** Loggers that may have another level at one time. */
  static final int MAX_CHANGED = 32;

  /** Ends a change before its time. */
  static final String DEFAULT = "default";

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevels.class);
  private static final Map<String, Change> CHANGED = new HashMap<>();

  private LogLevels() {}

  /**
   * One change; compared by identity.
   *
   * @param before the level that the logger had; null for that of its parent
   */
  private static final class Change {
    private final Object before;

    Change(Object before) {
      this.before = before;
    }
  }

  /** Whether levels can be changed. */
  static boolean areChangeable() {
    return OptionalArtifact.LOGBACK.isPresent() && Logback.isUsed();
  }

  /** Whether a logger has been used, or one below it: others have no lines. */
  static boolean isKnown(String logger) {
    return Logback.isKnown(logger);
  }

  /** Whether one more logger may have another level. */
  static boolean hasRoomFor(String logger) {
    synchronized (CHANGED) {
      return CHANGED.containsKey(logger) || CHANGED.size() < MAX_CHANGED;
    }
  }

  /** Changes a level until its time is over; a later change of the same logger replaces it. */
  static void apply(LogLevelChange wanted) {
    if (!areChangeable()) {
      LOG.warn("the level of {} cannot be changed: the log is not logback's", wanted.logger());
      return;
    }
    if (wanted.level().equals(DEFAULT)) {
      end(wanted.logger(), null);
      return;
    }
    Change change;
    synchronized (CHANGED) {
      if (!hasRoomFor(wanted.logger())) {
        LOG.warn("{} loggers have another level already", MAX_CHANGED);
        return;
      }
      Object before = Logback.set(wanted.logger(), wanted.level());
      Change earlier = CHANGED.get(wanted.logger());
      change = new Change(earlier == null ? before : earlier.before);
      CHANGED.put(wanted.logger(), change);
    }
    LOG.info(
        "lines of {} are logged from {} on, for {} s",
        wanted.logger(),
        wanted.level(),
        wanted.seconds());
    // Not by a Vert.x, which may be closed before.
    delayedExecutor(wanted.seconds(), TimeUnit.SECONDS).execute(() -> end(wanted.logger(), change));
  }

  /**
   * @param only the change to end; null for any
   */
  private static void end(String logger, Change only) {
    synchronized (CHANGED) {
      Change last = CHANGED.get(logger);
      if (last == null || (only != null && last != only)) return;
      CHANGED.remove(logger);
      Logback.restore(logger, last.before);
    }
    LOG.info("lines of {} are logged as before", logger);
  }

  /** The one class that needs the optional artifact. */
  private static final class Logback {
    static boolean isUsed() {
      return LoggerFactory.getILoggerFactory() instanceof LoggerContext;
    }

    static boolean isKnown(String logger) {
      return context().exists(logger) != null;
    }

    static Object set(String logger, String level) {
      Logger changed = context().getLogger(logger);
      Level before = changed.getLevel();
      changed.setLevel(Level.valueOf(level.toUpperCase(Locale.ROOT)));
      return before;
    }

    static void restore(String logger, Object before) {
      context().getLogger(logger).setLevel((Level) before);
    }

    private static LoggerContext context() {
      return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
  }
}
