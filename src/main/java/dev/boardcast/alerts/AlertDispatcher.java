package dev.boardcast.alerts;

import dev.boardcast.database.Backoff;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the messages of alerts: claims those that are due, sends each, and records the outcome.
 * Every node with the role metrics has one; one event loop.
 *
 * <ul>
 *   <li>A message is sent by one node at a time. It is sent twice only if a node ends, or is cut
 *       off from the database, between sending it and recording that, or if its receiver answers
 *       later than the timeout; its id is the same then.
 *   <li>A channel that hangs delays its own messages only.
 * </ul>
 */
final class AlertDispatcher extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AlertDispatcher.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  /** Most messages in progress. */
  static final int MAX_SENDING = 32;

  private static final int MAX_OF_CHANNEL = 4;
  private static final int MAX_DOUBLINGS = 20;

  /** For recording outcomes, after the last answer, when the node stops. */
  private static final Duration RECORDING = Duration.ofSeconds(1);

  private final DeliveryStore store;
  private final AlertsConfig config;
  private final Senders senders;
  private final AlertMeters meters;
  private final DeadLetters deadLetters;
  private final Clock clock;
  private final Map<String, Integer> sending = new HashMap<>();
  private final AtomicReference<Context> own = new AtomicReference<>();

  private final Promise<Void> idle = Promise.promise();

  private int inProgress;
  private boolean claiming;
  private boolean again;
  private boolean stopped;

  AlertDispatcher(
      DeliveryStore store,
      AlertsConfig config,
      Senders senders,
      DeadLetters deadLetters,
      Clock clock,
      AlertMeters meters) {
    this.store = store;
    this.config = config;
    this.senders = senders;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    own.set(context);
    vertx.setPeriodic(POLL.toMillis(), due -> claim());
    return senders.start(vertx);
  }

  /** Ends what is in progress first: what a receiver has accepted would be sent again. */
  @Override
  public Future<?> stop() {
    stopped = true;
    own.set(null);
    endIfIdle();
    return idle.future()
        .timeout(config.sendTimeout().plus(RECORDING).toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .eventually(senders::close);
  }

  private void endIfIdle() {
    if (stopped && !claiming && inProgress == 0) idle.tryComplete();
  }

  /** There may be messages to send. From any thread. */
  void wake() {
    Context target = own.get();
    if (target != null) target.runOnContext(turn -> claim());
  }

  private void claim() {
    if (claiming) {
      again = true;
      return;
    }
    int free = MAX_SENDING - inProgress;
    if (stopped || free <= 0) return;
    claiming = true;
    again = false;
    List<String> busy = new ArrayList<>();
    sending.forEach(
        (channel, count) -> {
          if (count >= MAX_OF_CHANNEL) busy.add(channel);
        });
    store.claim(busy, Math.min(free, MAX_OF_CHANNEL)).onComplete(this::claimed);
  }

  private void claimed(DeliveryStore.Claimed claimed, Throwable failure) {
    claiming = false;
    if (failure != null) {
      LOG.debug("messages of alerts could not be claimed", failure);
      endIfIdle();
      return;
    }
    meters.possibleDoubles(claimed.expired());
    for (int i = 0; i < claimed.orphans(); i++) meters.ended("dead");
    claimed.deliveries().forEach(this::handle);
    boolean mayBeMore = claimed.deliveries().size() + claimed.orphans() > 0;
    if (again || mayBeMore) claim();
    endIfIdle();
  }

  private void handle(Delivery delivery) {
    inProgress++;
    sending.merge(delivery.channelId(), 1, Integer::sum);
    Future.succeededFuture()
        .compose(begin -> process(delivery))
        .onFailure(cause -> LOG.warn("the outcome of a message of an alert is not recorded", cause))
        .onComplete(
            done -> {
              inProgress--;
              sending.computeIfPresent(
                  delivery.channelId(), (channel, count) -> count > 1 ? count - 1 : null);
              claim();
              endIfIdle();
            });
  }

  private Future<Void> process(Delivery claimed) {
    Delivery delivery = claimed.audible();
    Instant now = clock.instant();
    if (claimed.kind() == Delivery.Kind.REPORT) {
      if (claimed.report() == null)
        return count(
            "dead",
            store.dead(claimed, "its report is too old, or was dropped when a user was erased"));
    } else if (claimed.isOfAlerts()) {
      if (claimed.told().isEmpty()) {
        return count("dead", store.dead(claimed, "its alerts are not known any more"));
      }
      if (delivery.told().isEmpty()) {
        return store.wake(claimed).compose(woken -> count("muted", store.muted(claimed)));
      }
    }
    if (claimed.isOfAlerts() || claimed.kind() == Delivery.Kind.NOTICE) {
      var quiet =
          claimed
              .channel()
              .quietHours()
              .filter(hours -> claimed.channel().isQuietFor(delivery.severity()))
              .flatMap(hours -> hours.end(now));
      if (quiet.isPresent()) return store.defer(claimed, quiet.get());
    }
    return store
        .wake(claimed)
        .compose(
            woken ->
                senders
                    .send(delivery)
                    .transform(
                        (sent, failure) ->
                            failure == null ? sent(delivery) : failed(delivery, failure, now)));
  }

  private Future<Void> count(String outcome, Future<Boolean> ended) {
    return ended.map(
        isOurs -> {
          if (isOurs) meters.ended(outcome);
          return null;
        });
  }

  private Future<Void> sent(Delivery delivery) {
    Instant accepted = clock.instant();
    return store
        .sent(delivery)
        .map(
            isOurs -> {
              if (isOurs) meters.sent(delivery, accepted);
              return null;
            });
  }

  private Future<Void> failed(Delivery delivery, Throwable failure, Instant now) {
    var explained = failure instanceof DeliveryException known ? known : null;
    if (explained == null) LOG.warn("a message was not sent", failure);
    String reason = explained == null ? "not sent" : explained.getMessage();
    if (delivery.attempt() >= config.attempts()) return dead(delivery, reason);
    meters.failed();
    boolean mayBeAccepted = explained != null && explained.mayBeAccepted();
    Duration pause = pause(delivery.attempt());
    return store
        .retry(delivery, now.plus(Backoff.jittered(pause)), reason, mayBeAccepted)
        .map(
            isOurs -> {
              if (isOurs && mayBeAccepted) meters.possibleDoubles(1);
              return null;
            });
  }

  private Future<Void> dead(Delivery delivery, String reason) {
    return store
        .dead(delivery, reason)
        .compose(
            isOurs -> {
              if (!isOurs) return Future.succeededFuture();
              LOG.warn(
                  "message {} of channel {} is a dead letter: {}",
                  delivery.id(),
                  delivery.channelId(),
                  reason);
              meters.ended("dead");
              return deadLetters.tell(delivery, reason);
            });
  }

  private Duration pause(int attempt) {
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
    return doubled.compareTo(config.retryMax()) < 0 ? doubled : config.retryMax();
  }
}
