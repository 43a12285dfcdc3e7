package dev.boardcast.alerts;

import dev.boardcast.database.Backoff;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the messages of alerts: claims those that are due, sends each, and records the outcome.
 * Every node with the role metrics has one; one event loop.
 *
 * <ul>
 *   <li>A message is sent by one node at a time. It is sent twice only if a node ends, or is cut
 *       off from the database, between sending it and recording that; its id is the same then.
 *   <li>A channel that hangs delays its own messages only.
 * </ul>
 */
final class AlertDispatcher extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AlertDispatcher.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final int MAX_SENDING = 32;
  private static final int MAX_OF_CHANNEL = 4;
  private static final int MAX_DOUBLINGS = 20;

  private final DeliveryStore store;
  private final AlertsConfig config;
  private final Senders senders;
  private final AlertMeters meters;
  private final DeadLetters deadLetters;
  private final Clock clock;
  private final Map<String, Integer> sending = new HashMap<>();
  private final AtomicReference<Context> own = new AtomicReference<>();

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

  @Override
  public Future<?> stop() {
    stopped = true;
    own.set(null);
    return senders.close();
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
      return;
    }
    meters.expired(claimed.expired());
    for (int i = 0; i < claimed.orphans(); i++) meters.ended("dead");
    claimed.deliveries().forEach(this::handle);
    boolean mayBeMore = claimed.deliveries().size() + claimed.orphans() > 0;
    if (again || mayBeMore) claim();
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
            });
  }

  private Future<Void> process(Delivery claimed) {
    Delivery delivery = claimed.audible();
    Instant now = clock.instant();
    if (claimed.kind() != Delivery.Kind.TEST) {
      if (claimed.told().isEmpty()) return store.dead(claimed, "its alerts are not known any more");
      if (delivery.told().isEmpty()) {
        meters.ended("muted");
        Instant end =
            claimed.told().stream()
                .map(Delivery.Told::mutedUntil)
                .max(Instant::compareTo)
                .orElseThrow();
        return store.muted(claimed, end);
      }
      var quiet =
          claimed
              .channel()
              .quietHours()
              .filter(hours -> claimed.channel().isQuietFor(delivery.severity()))
              .flatMap(hours -> hours.end(now));
      if (quiet.isPresent()) return store.defer(claimed, quiet.get());
    }
    return senders
        .send(delivery)
        .transform(
            (sent, failure) -> failure == null ? sent(delivery) : failed(delivery, failure, now));
  }

  private Future<Void> sent(Delivery delivery) {
    meters.sent(delivery, clock.instant());
    return store.sent(delivery);
  }

  private Future<Void> failed(Delivery delivery, Throwable failure, Instant now) {
    String reason = failure instanceof DeliveryException ? failure.getMessage() : "not sent";
    if (!(failure instanceof DeliveryException)) LOG.warn("a message was not sent", failure);
    if (delivery.attempt() >= config.attempts()) {
      LOG.warn(
          "message {} of channel {} is a dead letter: {}",
          delivery.id(),
          delivery.channelId(),
          reason);
      meters.ended("dead");
      return store.dead(delivery, reason).compose(dead -> deadLetters.tell(delivery, reason));
    }
    meters.failed();
    Duration pause = pause(delivery.attempt());
    return store.retry(delivery, now.plus(Backoff.jittered(pause)), reason);
  }

  private Duration pause(int attempt) {
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
    return doubled.compareTo(config.retryMax()) < 0 ? doubled : config.retryMax();
  }
}
