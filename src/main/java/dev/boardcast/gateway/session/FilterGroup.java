package dev.boardcast.gateway.session;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.Offset;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.EventFilter;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The subscriptions to one stream that have the same filter, which judges each event once for all
 * of them. While it hides events, clients learn every {@value #POSITION_MILLIS} ms how far they
 * have come, so that none has to resume at the last match. One event loop.
 */
final class FilterGroup extends TimingWheel.Entry {
  static final int POSITION_MILLIS = 5_000;

  private final EventFilter filter;
  private final GatewayLoop loop;
  private final ParsedEvents parsed;
  private final Set<ChosenStreamSubscription> subscribers = new LinkedHashSet<>(4);
  // Of the last hidden event that no position message was sent for; null for none.
  private Offset hidden;

  /**
   * @param filter null for all events
   */
  FilterGroup(EventFilter filter, GatewayLoop loop, ParsedEvents parsed) {
    this.filter = filter;
    this.loop = loop;
    this.parsed = parsed;
  }

  EventFilter filter() {
    return filter;
  }

  Set<ChosenStreamSubscription> subscribers() {
    return subscribers;
  }

  void publish(EventMessage message) {
    boolean isWanted =
        filter == null || filter.matches(message.event().type(), () -> parsed.tree(message));
    if (isWanted) {
      for (ChosenStreamSubscription subscriber : subscribers) subscriber.live(message);
    } else {
      if (hidden == null) loop.wheel().schedule(this, loop.now() + POSITION_MILLIS);
      hidden = message.offset();
    }
  }

  void publish(EphemeralMessage message, EphemeralDelivery delivery) {
    if (filter != null
        && !filter.matches(message.type(), () -> ParsedEvents.parse(message.data()))) {
      return;
    }
    for (ChosenStreamSubscription subscriber : subscribers) delivery.to(subscriber.session());
  }

  /** Its events are of a history that is gone. */
  void forgetHidden() {
    hidden = null;
    loop.wheel().cancel(this);
  }

  @Override
  protected long check(long now) {
    record Form(Dialect dialect, String topic) {}
    Map<Form, Optional<Frame>> frames = new HashMap<>(2);
    Offset reached = hidden;
    hidden = null;
    for (ChosenStreamSubscription subscriber : subscribers) {
      if (!subscriber.mayAdvanceTo(reached.sequence())) continue;
      subscriber.advanceTo(reached.sequence());
      var form = new Form(subscriber.session().dialect(), subscriber.topic());
      frames
          .computeIfAbsent(form, each -> each.dialect().position(each.topic(), reached.toString()))
          .ifPresent(frame -> Delivery.withResumePoint(subscriber.session(), frame));
    }
    return TimingWheel.NEVER;
  }
}
