package dev.boardcast.lab.load;

import java.util.concurrent.ThreadLocalRandom;

/** A habit at work on a client's lines. Times are microseconds. One event loop. */
class BehaviorDriver {
  /** Bytes of one read of a client that reads 2 KB a second. */
  static final int SIP = 256;

  private static final long SECOND = 1_000_000;

  private boolean healed;

  static BehaviorDriver of(ClientBehavior habit) {
    return switch (habit) {
      case STEADY, EXPIRED -> new BehaviorDriver();
      case JITTER -> new Restless();
      case SLOW -> new Slow();
      case HALF_OPEN -> new Mute();
    };
  }

  /** A line was opened. */
  void begins(LabConnection line, long now) {}

  /** Called every {@link ClientPool#TICK_MILLIS}. */
  void tick(LabConnection line, long now) {}

  /** One read of the line has ended. */
  void readEnded(LabConnection line, long now) {}

  /** Whether what is sent to it is read soon. */
  boolean listens() {
    return true;
  }

  /** How long it stays away after its line has ended; 0 for as the protocol advises. */
  long awayMillis() {
    return 0;
  }

  /** Ends the habit. */
  void heal(LabConnection line) {
    healed = true;
    if (line != null) line.reads(true);
  }

  boolean isHealed() {
    return healed;
  }

  private static long within(long least, long most) {
    return ThreadLocalRandom.current().nextLong(least, most);
  }

  private static final class Restless extends BehaviorDriver {
    private long cutAt;

    @Override
    void begins(LabConnection line, long now) {
      cutAt = now + within(2 * SECOND, 10 * SECOND);
    }

    @Override
    void tick(LabConnection line, long now) {
      if (!isHealed() && now > cutAt) line.cut();
    }

    @Override
    long awayMillis() {
      return isHealed() ? 0 : within(50, 3_000);
    }
  }

  /**
   * A sip at a time, by the clock: a busy machine that comes late to one makes up for it, else the
   * client would be slower than it is said to be. Not for more than a moment, as a link that had
   * nothing to carry does not carry more later.
   */
  private static final class Slow extends BehaviorDriver {
    private static final long PER_SIP = SECOND * SIP / 2_048;
    private static final long MADE_UP_FOR = SECOND;

    private long nextAt;

    @Override
    void begins(LabConnection line, long now) {
      nextAt = now;
      if (!isHealed()) line.reads(false);
    }

    @Override
    void tick(LabConnection line, long now) {
      if (isHealed() || now < nextAt) return;
      nextAt = Math.max(nextAt, now - MADE_UP_FOR);
      line.read();
    }

    @Override
    void readEnded(LabConnection line, long now) {
      nextAt += PER_SIP;
      tick(line, now);
    }

    @Override
    boolean listens() {
      return isHealed();
    }
  }

  private static final class Mute extends BehaviorDriver {
    private long muteAt;
    private long endAt;

    @Override
    void begins(LabConnection line, long now) {
      muteAt = now + within(SECOND, 5 * SECOND);
      endAt = muteAt + within(5 * SECOND, 15 * SECOND);
    }

    @Override
    void tick(LabConnection line, long now) {
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
