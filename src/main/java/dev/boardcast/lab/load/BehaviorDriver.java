package dev.boardcast.lab.load;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes a client's connections behave as its {@link ClientBehavior} says. Times are microseconds of
 * {@link EventMarker#now}. Confined to one event loop.
 */
class BehaviorDriver {
  /** Bytes of one read of a slow client. */
  static final int SLOW_READ_BYTES = 256;

  private static final long SECOND = 1_000_000;

  private boolean steady;

  static BehaviorDriver of(ClientBehavior behavior) {
    return switch (behavior) {
      case STEADY, EXPIRED -> new BehaviorDriver();
      case JITTER -> new Jitter();
      case SLOW -> new Slow();
      case HALF_OPEN -> new HalfOpen();
    };
  }

  /** Called when a connection is open. */
  void opened(LabConnection connection, long now) {}

  /** Called every {@link ClientPool#TICK_MILLIS}. */
  void tick(LabConnection connection, long now) {}

  /** Called after each read of the connection. */
  void readComplete(LabConnection connection, long now) {}

  /** Whether the client reads soon what is sent to it. */
  boolean isReading() {
    return true;
  }

  /** How long the client waits before it reconnects; 0 for as long as the protocol says. */
  long reconnectMillis() {
    return 0;
  }

  /**
   * Makes the client steady from now on.
   *
   * @param connection the open one, or null
   */
  void becomeSteady(LabConnection connection) {
    steady = true;
    if (connection != null) connection.setAutoRead(true);
  }

  boolean isSteady() {
    return steady;
  }

  private static long random(long min, long max) {
    return ThreadLocalRandom.current().nextLong(min, max);
  }

  private static final class Jitter extends BehaviorDriver {
    private long resetAt;

    @Override
    void opened(LabConnection connection, long now) {
      resetAt = now + random(2 * SECOND, 10 * SECOND);
    }

    @Override
    void tick(LabConnection connection, long now) {
      if (!isSteady() && now > resetAt) connection.reset();
    }

    @Override
    long reconnectMillis() {
      return isSteady() ? 0 : random(50, 3_000);
    }
  }

  /**
   * Reads a few bytes at a time, on a schedule. Reads that a busy machine delays are made up for,
   * so that the client is not slower than it should be; but for no more than a second, as a link
   * that was idle carries no more later.
   */
  private static final class Slow extends BehaviorDriver {
    private static final long PERIOD = SECOND * SLOW_READ_BYTES / 2_048;
    private static final long MAX_DELAY = SECOND;

    private long nextAt;

    @Override
    void opened(LabConnection connection, long now) {
      nextAt = now;
      if (!isSteady()) connection.setAutoRead(false);
    }

    @Override
    void tick(LabConnection connection, long now) {
      if (isSteady() || now < nextAt) return;
      nextAt = Math.max(nextAt, now - MAX_DELAY);
      connection.read();
    }

    @Override
    void readComplete(LabConnection connection, long now) {
      nextAt += PERIOD;
      tick(connection, now);
    }

    @Override
    boolean isReading() {
      return isSteady();
    }
  }

  private static final class HalfOpen extends BehaviorDriver {
    private long silentAt;
    private long resetAt;

    @Override
    void opened(LabConnection connection, long now) {
      silentAt = now + random(SECOND, 5 * SECOND);
      resetAt = silentAt + random(5 * SECOND, 15 * SECOND);
    }

    @Override
    void tick(LabConnection connection, long now) {
      if (isSteady()) return;
      if (now > resetAt) connection.reset();
      else if (now > silentAt) connection.setAutoRead(false);
    }

    @Override
    boolean isReading() {
      return isSteady();
    }
  }
}
