package dev.boardcast.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings the two ends of a tunnel together where both are of this process: its HTTP port and its
 * gateway. Each tunnel has a name that nobody can guess. Thread safe.
 */
public final class LocalTunnels {
  private static final String HEADER = "X-Boardcast-Tunnel";

  private final Map<String, Backpressure> waiting = new ConcurrentHashMap<>();

  /**
   * What a request came with through a tunnel of this process; empty when it came another way.
   * Takes its name out of the request.
   */
  public Optional<Backpressure> of(HttpServerRequest request) {
    String name = request.getHeader(HEADER);
    if (name == null) return Optional.empty();
    request.headers().remove(HEADER);
    return Optional.ofNullable(waiting.remove(name));
  }

  /** One end, until the other takes it or {@link #close} says that it never will. */
  Opening open() {
    String name = UUID.randomUUID().toString();
    var backpressure = new Backpressure();
    waiting.put(name, backpressure);
    return new Opening(HEADER, name, backpressure);
  }

  /** The gateway has answered, or never will. */
  void close(Opening opening) {
    waiting.remove(opening.name());
  }

  /**
   * A tunnel that waits for its other end.
   *
   * @param header where its name is to stand in the request
   */
  record Opening(String header, String name, Backpressure backpressure) {}
}
