package dev.boardcast.gateway;

import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.session.AwaitedNumbers;
import dev.boardcast.gateway.session.SessionRegistry;
import dev.boardcast.gateway.session.SubscriptionTable;
import dev.boardcast.spi.TeamMemberships;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Delivers the events of all shards to those who follow them, and to those who have published them.
 * One event loop.
 */
final class EventDelivery implements ShardFeed.Sink {
  private final GatewayLoop loop;
  private final SubscriptionTable table;
  private final SessionRegistry sessions;
  private final AwaitedNumbers numbers;
  private final Consumer<String> onTeamsChanged;
  private final IntConsumer onHistoryChanged;
  private boolean hasDelivered;

  /**
   * @param onTeamsChanged gets the user whose teams have changed, before later events are delivered
   * @param onHistoryChanged gets the shard whose events are lost
   */
  EventDelivery(
      GatewayLoop loop,
      SubscriptionTable table,
      SessionRegistry sessions,
      AwaitedNumbers numbers,
      Consumer<String> onTeamsChanged,
      IntConsumer onHistoryChanged) {
    this.loop = loop;
    this.table = table;
    this.sessions = sessions;
    this.numbers = numbers;
    this.onTeamsChanged = onTeamsChanged;
    this.onHistoryChanged = onHistoryChanged;
  }

  /** Begins to notice whether a session gets an event. */
  void forget() {
    hasDelivered = false;
  }

  boolean hasDelivered() {
    return hasDelivered;
  }

  /** Sessions are told about changes of their user's teams, whatever they subscribe to. */
  @Override
  public boolean wants(List<String> streams) {
    boolean wanted =
        table.hasSubscribers(streams)
            || numbers.awaitAny(streams)
            || isAnyPresent(EventMessage.users(streams));
    loop.meters().event(wanted);
    return wanted;
  }

  @Override
  public void event(EventMessage message) {
    numbers.numbered(message);
    if (table.publish(message)) {
      hasDelivered = true;
      loop.meters().delivered(Duration.between(message.event().at(), loop.time()));
    }
    if (message.event().type().equals(TeamMemberships.CHANGED)) {
      message.users().forEach(onTeamsChanged);
    }
  }

  @Override
  public void historyChanged(int shard) {
    onHistoryChanged.accept(shard);
  }

  @Override
  public void repaired(int shard) {
    loop.meters().repair();
  }

  @Override
  public void stale(int shard, long ageMillis) {
    loop.meters().stale();
    table.stale(shard, ageMillis);
  }

  @Override
  public void fresh(int shard) {
    table.fresh(shard);
  }

  private boolean isAnyPresent(List<String> users) {
    for (String user : users) {
      if (sessions.isPresent(user)) return true;
    }
    return false;
  }
}
