package dev.boardcast.bus.security;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import java.lang.reflect.Field;
import java.util.Optional;

/**
 * Finds the channel that accepts the connections of a server of Vert.x, which is not public API.
 * Where that has changed nothing is found, and {@code BusAttackIT} and {@code ServerChannelsIT}
 * fail. Stateless.
 */
public final class ListeningChannel {
  private ListeningChannel() {}

  /**
   * @param owner has the server
   * @param server the private field that it is in
   */
  public static Optional<Channel> of(Object owner, String server) {
    try {
      // Servers that share a port have one channel, that of the first.
      Object first = field(field(owner, server), "actualServer");
      return field(first, "bindFuture") instanceof Future<?> bound
              && bound.result() instanceof Channel channel
          ? Optional.of(channel)
          : Optional.empty();
    } catch (ReflectiveOperationException | RuntimeException moved) {
      return Optional.empty();
    }
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
      for (Field each : type.getDeclaredFields()) {
        if (!each.getName().equals(name)) continue;
        each.setAccessible(true);
        return each.get(owner);
      }
    }
    throw new NoSuchFieldException(name);
  }
}
