package dev.boardcast.gateway.transport;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides once per node how connections are written: by {@link NettyInternals}, or, on a version of
 * Vert.x that this class does not know, by Vert.x's public API alone, at a higher cost in memory
 * and CPU. Thread safe.
 */
public final class TransportSupport {
  /** The versions of Vert.x whose internals are known begin with this. */
  static final String KNOWN_VERSIONS = "5.0.";

  private static final Logger LOG = LoggerFactory.getLogger(TransportSupport.class);

  private final Optional<NettyInternals> internals;
  private final AtomicBoolean logged = new AtomicBoolean();

  private TransportSupport(Optional<NettyInternals> internals) {
    this.internals = internals;
  }

  /** For the Vert.x on the class path. */
  public static TransportSupport detect() {
    return of(version());
  }

  /** For a version of Vert.x, such as {@code 5.0.10}. */
  public static TransportSupport of(String version) {
    if (version.startsWith(KNOWN_VERSIONS)) {
      return new TransportSupport(Optional.of(new NettyInternals()));
    }
    LOG.warn(
        "the internals of Vert.x {} are not known, only those of {}x: connections are served by its"
            + " public API, at a higher cost in memory and CPU",
        version,
        KNOWN_VERSIONS);
    return new TransportSupport(Optional.empty());
  }

  Optional<NettyInternals> internals() {
    return internals;
  }

  /** A server has a handler in its pipelines that is not known; logged once. */
  void onUnknownHandler(String handler) {
    if (!logged.compareAndSet(false, true)) return;
    LOG.warn(
        "WebSockets of a server with {} in its pipelines are served by Vert.x's public API, at a"
            + " higher cost in memory and CPU",
        handler);
  }

  private static String version() {
    try (InputStream text = Vertx.class.getResourceAsStream("/META-INF/vertx/vertx-version.txt")) {
      if (text == null) return "unknown";
      return new String(text.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException unreadable) {
      return "unknown";
    }
  }
}
