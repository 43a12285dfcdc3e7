package dev.boardcast.lab.load;

/**
 * Measures for how long, at worst, one client had not what it should have had: of events, of a
 * stream that writes at a constant rate, and of a board's snapshots. Times are microseconds of
 * {@link EventMarker#now}. One event loop.
 *
 * <p>A window counts only the time that lies in it, so that a fault of one window does not appear
 * in the next.
 */
final class ClientFreshness {
  private final long intervalMicros;
  private final long boardIntervalMicros;
  private Window whole = new Window(Long.MIN_VALUE);
  private Window window = new Window(Long.MIN_VALUE);
  private long eventAt;
  private long snapshotTakenAt;

  /**
   * The worst of a window.
   *
   * @param events longest time from a write's acknowledgement to the event's receipt
   * @param silence longest time between two events, less the interval at which they are written
   * @param boards most that the newest snapshot was older than the interval of updates
   */
  record Worst(long events, long silence, long boards) {}

  private static final class Window {
    private final long start;
    private long events;
    private long silence;
    private long boards;

    Window(long start) {
      this.start = start;
    }

    Worst worst() {
      return new Worst(events, silence, boards);
    }

    /** How long something that was due is overdue, as far as that lies in this window. */
    long overdue(long due, long now) {
      return Math.max(0, now - Math.max(due, start));
    }
  }

  /**
   * @param intervalMicros between two events
   * @param boardIntervalMicros between two snapshots of a board that changes all the time
   */
  ClientFreshness(long intervalMicros, long boardIntervalMicros) {
    this.intervalMicros = intervalMicros;
    this.boardIntervalMicros = boardIntervalMicros;
  }

  /** Begins the run and its first window: what was before does not count. */
  void begin(long now) {
    whole = new Window(now);
    window = new Window(now);
  }

  /**
   * The client received a new event.
   *
   * @param acknowledgedAt when its write was acknowledged, 0 if that is still to come
   */
  void event(long acknowledgedAt, long now) {
    for (Window each : new Window[] {whole, window}) {
      if (acknowledgedAt > 0)
        each.events = Math.max(each.events, each.overdue(acknowledgedAt, now));
      silence(each, now);
    }
    eventAt = now;
  }

  /**
   * The client received a snapshot.
   *
   * @param takenAt its timestamp
   */
  void snapshot(long takenAt, long now) {
    if (takenAt <= snapshotTakenAt) return;
    for (Window each : new Window[] {whole, window}) boards(each, now);
    snapshotTakenAt = takenAt;
  }

  /**
   * Ends the window and begins the next.
   *
   * @param waitingSince when the oldest event was acknowledged that the client has not received; 0
   *     for none
   * @return the worst of the window, what is still overdue included
   */
  Worst next(long waitingSince, long now) {
    end(window, waitingSince, now);
    Worst worst = window.worst();
    window = new Window(now);
    return worst;
  }

  /** The worst of the whole run so far. */
  Worst whole(long waitingSince, long now) {
    end(whole, waitingSince, now);
    return whole.worst();
  }

  private void end(Window ending, long waitingSince, long now) {
    if (waitingSince > 0) {
      ending.events = Math.max(ending.events, ending.overdue(waitingSince, now));
    }
    silence(ending, now);
    boards(ending, now);
  }

  private void silence(Window of, long now) {
    if (eventAt > 0) of.silence = Math.max(of.silence, of.overdue(eventAt + intervalMicros, now));
  }

  private void boards(Window of, long now) {
    if (snapshotTakenAt == 0) return;
    of.boards = Math.max(of.boards, of.overdue(snapshotTakenAt + boardIntervalMicros, now));
  }
}
