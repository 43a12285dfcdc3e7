package dev.boardcast.gateway.session;

import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.EventMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The subscriptions to streams that have options, by stream and filter. One event loop. */
final class ChosenStreams {
  private final GatewayLoop loop;
  private final ParsedEvents parsed = new ParsedEvents();
  private final Map<String, List<FilterGroup>> groups = new HashMap<>();

  ChosenStreams(GatewayLoop loop) {
    this.loop = loop;
  }

  ParsedEvents parsed() {
    return parsed;
  }

  void add(ChosenStreamSubscription subscription) {
    for (String stream : subscription.streams()) {
      group(stream, subscription).subscribers().add(subscription);
    }
  }

  private FilterGroup group(String stream, ChosenStreamSubscription subscription) {
    List<FilterGroup> all = groups.computeIfAbsent(stream, first -> new ArrayList<>(1));
    for (FilterGroup group : all) {
      if (Objects.equals(group.filter(), subscription.where())) return group;
    }
    var group = new FilterGroup(subscription.where(), loop, parsed);
    all.add(group);
    return group;
  }

  void remove(ChosenStreamSubscription subscription) {
    for (String stream : subscription.streams()) {
      List<FilterGroup> all = groups.get(stream);
      if (all == null) continue;
      for (FilterGroup group : List.copyOf(all)) {
        group.subscribers().remove(subscription);
        if (!group.subscribers().isEmpty()) continue;
        group.forgetHidden();
        all.remove(group);
      }
      if (all.isEmpty()) groups.remove(stream);
    }
  }

  boolean has(String stream) {
    return groups.containsKey(stream);
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /**
   * Delivers an event to those who want it.
   *
   * @return whether somebody follows one of its streams
   */
  boolean publish(EventMessage message) {
    boolean followed = false;
    for (String stream : message.event().streams()) {
      for (FilterGroup group : groups.getOrDefault(stream, List.of())) {
        group.publish(message);
        followed = true;
      }
    }
    return followed;
  }

  void publish(EphemeralMessage message, EphemeralDelivery delivery) {
    for (FilterGroup group : groups.getOrDefault(message.topic(), List.of())) {
      group.publish(message, delivery);
    }
  }

  /** A shard has another history. */
  void historyChanged(int shard) {
    for (List<FilterGroup> all : groups.values()) {
      for (FilterGroup group : all) {
        if (group.subscribers().iterator().next().shard() == shard) group.forgetHidden();
      }
    }
  }

  /** Adds every subscription to the others. */
  void addAllTo(Collection<? super ChosenStreamSubscription> found) {
    groups.values().forEach(all -> all.forEach(group -> found.addAll(group.subscribers())));
  }
}
