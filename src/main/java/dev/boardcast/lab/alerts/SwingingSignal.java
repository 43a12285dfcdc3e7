package dev.boardcast.lab.alerts;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A value that swings around the bound of its rule, faster and slower than the hold time. On a
 * thread of its own.
 */
final class SwingingSignal implements Runnable {
  private static final int MIN_MILLIS = 50;

  private final ApiClient api;
  private final String name;
  private final int maxMillis;
  private volatile boolean isStopped;
  private volatile int swings;

  /**
   * @param maxMillis the longest time on one side of the bound
   */
  SwingingSignal(ApiClient api, String name, int maxMillis) {
    this.api = api;
    this.name = name;
    this.maxMillis = maxMillis;
  }

  @Override
  public void run() {
    try {
      for (boolean isBeyond = true; !isStopped || !isBeyond; isBeyond = !isBeyond) {
        api.send("POST", AlertBoard.FACTS, AlertSignal.fact(name, isBeyond));
        swings++;
        var random = ThreadLocalRandom.current();
        // Mostly short.
        TimeUnit.MILLISECONDS.sleep(
            random.nextInt(4) == 0 ? random.nextInt(maxMillis) : MIN_MILLIS);
      }
    } catch (IOException | IllegalArgumentException down) {
      // The other signals tell it.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  void stop() {
    isStopped = true;
  }

  int swings() {
    return swings;
  }
}
