package dev.boardcast.load.lab;

import java.util.concurrent.ThreadLocalRandom;

/** A habit at work on a client's lines. Times are microseconds. One event loop. */
class Manner {
  private static final long SECOND = 1_000_000;

  private boolean healed;

  static Manner of(Habit habit) {
    return switch (habit) {
      case STEADY, EXPIRED -> new Manner();
      case JITTER -> new Restless();
      case SLOW -> new Slow();
      case HALF_OPEN -> new Mute();
    };
  }

  /** A line was opened. */
  void begins(Line line, long now) {}

  /** Called every {@link Crowd#TICK_MILLIS}. */
  void tick(Line line, long now) {}

  /** Whether what is sent to it is read soon. */
  boolean listens() {
    return true;
  }

  /** How long it stays away after its line has ended; 0 for as the protocol advises. */
  long awayMillis() {
    return 0;
  }

  /** Ends the habit. */
  void heal(Line line) {
    healed = true;
    if (line != null) line.reads(true);
  }

  boolean isHealed() {
    return healed;
  }

  private static long within(long least, long most) {
    return ThreadLocalRandom.current().nextLong(least, most);
  }

  private static final class Restless extends Manner {
    private long cutAt;

    @Override
    void begins(Line line, long now) {
      cutAt = now + within(2 * SECOND, 10 * SECOND);
    }

    @Override
    void tick(Line line, long now) {
      if (!isHealed() && now > cutAt) line.cut();
    }

    @Override
    long awayMillis() {
      return isHealed() ? 0 : within(50, 3_000);
    }
  }

  private static final class Slow extends Manner {
    @Override
    void begins(Line line, long now) {
      if (!isHealed()) line.reads(false);
    }

    @Override
    void tick(Line line, long now) {
      if (!isHealed()) line.read();
    }

    @Override
    boolean listens() {
      return isHealed();
    }
  }

  private static final class Mute extends Manner {
    private long muteAt;
    private long endAt;

    @Override
    void begins(Line line, long now) {
      muteAt = now + within(SECOND, 5 * SECOND);
      endAt = muteAt + within(5 * SECOND, 15 * SECOND);
    }

    @Override
    void tick(Line line, long now) {
      if (isHealed()) return;
      if (now > endAt) line.cut();
      else if (now > muteAt) line.reads(false);
    }

    @Override
    boolean listens() {
      return isHealed();
    }
  }
}
