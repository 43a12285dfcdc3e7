package dev.boardcast.web.limits;

import dev.boardcast.bus.security.ListeningChannel;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.impl.ConnectionBase;
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
    return ListeningChannel.of(server, "tcpServer");
  }

  static Optional<Channel> of(HttpConnection connection) {
    return connection instanceof ConnectionBase base
        ? Optional.of(base.channel())
        : Optional.empty();
  }
}
