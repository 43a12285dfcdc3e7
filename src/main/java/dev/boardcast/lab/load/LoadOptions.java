package dev.boardcast.lab.load;

import dev.boardcast.server.command.Arguments;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run does.
 *
 * @param duration how long events are written
 * @param patience how long to wait for outstanding deliveries at the end
 */
public record LoadOptions(
    Nodes nodes, Clients clients, Writes writes, Duration duration, Duration patience) {

  public LoadOptions {
    if (clients.profile() == LoadProfile.EXPIRED && nodes.tokens().signer().isEmpty()) {
      throw new IllegalArgumentException("profile expired needs a secret to sign tokens");
    }
  }

  /**
   * The nodes under load.
   *
   * @param sockets where clients connect, {@code ws://host:port}; each where the fewest are
   * @param http where events are written, {@code http://host:port}; used in turn
   */
  public record Nodes(List<URI> sockets, List<URI> http, TokenSource tokens) {
    public Nodes {
      sockets = List.copyOf(sockets);
      http = List.copyOf(http);
      sockets.forEach(url -> check("url", url, "ws"));
      http.forEach(url -> check("http", url, "http"));
    }

    private static void check(String name, URI url, String scheme) {
      boolean known = scheme.equals(url.getScheme()) || (scheme + "s").equals(url.getScheme());
      if (!known || url.getHost() == null) {
        throw new IllegalArgumentException(
            name + " must be " + scheme + "://host:port, was " + Arguments.shown(url.toString()));
      }
    }
  }

  /**
   * The clients.
   *
   * @param connectsPerSecond how many connect per second
   * @param board topic of a board that they also subscribe to
   * @param maxBufferedBytes most bytes that a node may buffer for a client that does not read
   */
  public record Clients(
      LoadProfile profile,
      int count,
      int connectsPerSecond,
      Optional<String> board,
      long maxBufferedBytes) {
    /** A session's queue and the kernel's buffers at both ends. */
    public static final long MAX_BUFFERED_BYTES = 4 << 20;

    public Clients {
      if (count < 1) throw new IllegalArgumentException("clients must be at least 1");
      if (connectsPerSecond < 1) throw new IllegalArgumentException("connects must be at least 1");
    }
  }

  /**
   * The events written.
   *
   * @param perSecond over all topics
   * @param paddingBytes of each event, beside its marker
   * @param stream the application stream to write to, if any
   * @param tasks whether to write tasks, beside the stream or alone
   * @param factsPerSecond facts of the board {@code routing}
   */
  public record Writes(
      double perSecond,
      int paddingBytes,
      Optional<String> stream,
      boolean tasks,
      double factsPerSecond) {
    /** Without facts. */
    public Writes(double perSecond, int paddingBytes, Optional<String> stream, boolean tasks) {
      this(perSecond, paddingBytes, stream, tasks, 0);
    }

    public Writes {
      if (!(factsPerSecond >= 0 && factsPerSecond <= 1_000)) {
        throw new IllegalArgumentException(
            "facts must be 0 to 1000 a second, was " + factsPerSecond);
      }
      if (!(perSecond >= 0 && perSecond <= 100_000)) {
        throw new IllegalArgumentException(
            "publish must be 0 to 100000 a second, was " + perSecond);
      }
      if (paddingBytes < 0 || paddingBytes > 64 << 10) {
        throw new IllegalArgumentException("bytes must be 0 to 65536, was " + paddingBytes);
      }
      if (stream.isEmpty() && !tasks) {
        throw new IllegalArgumentException("to must be stream, tasks or both");
      }
    }
  }
}
