package dev.boardcast.web.limits;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.reflect.Field;
import java.util.Optional;

/**
 * Finds the channels of an HTTP server, which are not public API of Vert.x; nothing else of this
 * package uses its internals. Where they have changed, nothing is found, and connections are
 * bounded by Vert.x's own time limits alone; {@code ServerChannelsIT} fails then.
 */
final class ServerChannels {
  private ServerChannels() {}

  /** The channel that accepts the connections of a listening server. */
  static Optional<Channel> listening(HttpServer server) {
    try {
      // Servers that share a port have one channel, that of the first.
      Object first = field(field(server, "tcpServer"), "actualServer");
      return field(first, "bindFuture") instanceof Future<?> bound
              && bound.result() instanceof Channel channel
          ? Optional.of(channel)
          : Optional.empty();
    } catch (ReflectiveOperationException | RuntimeException moved) {
      return Optional.empty();
    }
  }

  static Optional<Channel> of(HttpConnection connection) {
    return connection instanceof ConnectionBase base
        ? Optional.of(base.channel())
        : Optional.empty();
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
