package dev.boardcast.lab.alerts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One value that crosses the bound of its rule and comes back: the next crossing begins when the
 * one before was told, so each of them must be told. On a thread of its own.
 */
final class AlertSignal implements Runnable {
  private static final int HIGH = AlertBoard.BOUND * 2;
  private static final int POLL_MILLIS = 2;
  private static final int MAX_PAUSE_MILLIS = 200;

  private final ApiClient api;
  private final WebhookReceiver receiver;
  private final String name;
  private final String rule;
  private final List<Crossing> crossings = new ArrayList<>();
  private volatile boolean isStopped;
  private volatile String failure;

  AlertSignal(ApiClient api, WebhookReceiver receiver, String name, String rule) {
    this.api = api;
    this.receiver = receiver;
    this.name = name;
    this.rule = rule;
  }

  /**
   * A value that has crossed its bound.
   *
   * @param to the status that its alert has then
   * @param nanos when the fact was sent that a node acknowledged
   */
  record Crossing(String to, long nanos) {}

  /** A fact of the board; with an id, so that one that is sent again counts once. */
  static Map<String, Object> fact(String signal, boolean isBeyond) {
    return Map.of(
        "signal", signal, "level", isBeyond ? HIGH : 0, "event_id", UUID.randomUUID().toString());
  }

  @Override
  public void run() {
    try {
      // It ends within its bound, as the next run begins.
      for (boolean isBeyond = true; !isStopped || !isBeyond; isBeyond = !isBeyond) {
        long sentAt = api.send("POST", AlertBoard.FACTS, fact(name, isBeyond)).sentAtNanos();
        add(new Crossing(isBeyond ? "firing" : "ok", sentAt));
        while (!isComplete()) TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        // Not in step with the folds.
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(MAX_PAUSE_MILLIS));
      }
    } catch (IOException | IllegalArgumentException failed) {
      failure = failed.getMessage();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends when the crossing in progress, and that back, were told. Thread safe. */
  void stop() {
    isStopped = true;
  }

  String rule() {
    return rule;
  }

  /** Why it ended; null if it did not fail. */
  String failure() {
    return failure;
  }

  synchronized List<Crossing> crossings() {
    return List.copyOf(crossings);
  }

  private synchronized void add(Crossing crossing) {
    crossings.add(crossing);
  }

  List<WebhookReceiver.Told> told() {
    return receiver.told(rule);
  }

  /** Whether all of its crossings were told. */
  boolean isComplete() {
    return told().size() >= crossings().size();
  }
}
