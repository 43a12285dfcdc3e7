package dev.boardcast.gateway.transport;

import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpResponse;

/** Reports a connection that was taken over to Vert.x's own meters. One event loop. */
interface VertxConnectionMetrics {
  VertxConnectionMetrics NONE = new VertxConnectionMetrics() {};

  default void read(long bytes) {}

  default void written(long bytes) {}

  /** The connection has ended. */
  default void closed() {}

  @SuppressWarnings("unchecked")
  static VertxConnectionMetrics of(
      HttpServerMetrics<?, ?, ?> metrics, Object connection, Object socket, SocketAddress peer) {
    return new Metered(
        (HttpServerMetrics<Object, Object, Object>) metrics, connection, socket, peer);
  }

  /**
   * Reports that a request was answered by an upgrade, as Vert.x does, before the connection.
   *
   * @param request the meters' object of the request
   */
  @SuppressWarnings("unchecked")
  static VertxConnectionMetrics ofUpgrade(
      HttpServerMetrics<?, ?, ?> metrics,
      Object connection,
      Object request,
      HttpResponse response,
      SocketAddress peer) {
    var all = (HttpServerMetrics<Object, Object, Object>) metrics;
    all.responseBegin(request, response);
    all.responseEnd(request, response, 0);
    return new Metered(all, connection, all.connected(connection, request, null), peer);
  }

  /** Reports sums in steps, because a meter costs more than a small message. */
  final class Metered implements VertxConnectionMetrics {
    private static final int STEP = 4096;

    private final HttpServerMetrics<Object, Object, Object> metrics;
    private final Object connection;
    private final Object socket;
    private final SocketAddress peer;
    private long read;
    private long written;

    private Metered(
        HttpServerMetrics<Object, Object, Object> metrics,
        Object connection,
        Object socket,
        SocketAddress peer) {
      this.metrics = metrics;
      this.connection = connection;
      this.socket = socket;
      this.peer = peer;
    }

    @Override
    public void read(long bytes) {
      read += bytes;
      if (read < STEP) return;
      metrics.bytesRead(connection, peer, read);
      read = 0;
    }

    @Override
    public void written(long bytes) {
      written += bytes;
      if (written < STEP) return;
      metrics.bytesWritten(connection, peer, written);
      written = 0;
    }

    @Override
    public void closed() {
      if (read > 0) metrics.bytesRead(connection, peer, read);
      if (written > 0) metrics.bytesWritten(connection, peer, written);
      metrics.disconnected(socket);
      metrics.disconnected(connection, peer);
    }
  }
}
