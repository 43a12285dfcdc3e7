package dev.boardcast.lab.load;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run does.
 *
 * @param urls WebSockets of nodes, taken in turn
 * @param http where events are written, taken in turn
 * @param clients how many
 * @param connectsPerSecond how fast they come
 * @param perSecond events written per second, over all topics
 * @param bytes of padding that each event carries beside its mark
 * @param duration how long is written
 * @param patience how long the end waits for what is still owed
 * @param stream the application stream to write to, if any
 * @param tasks whether tasks are written too, or alone
 * @param board topic of a board that clients follow as well
 * @param maxHeld most bytes a node may hold for a client that does not read
 */
public record LoadOptions(
    List<URI> urls,
    List<URI> http,
    TokenSource passes,
    LoadProfile profile,
    int clients,
    int connectsPerSecond,
    double perSecond,
    int bytes,
    Duration duration,
    Duration patience,
    Optional<String> stream,
    boolean tasks,
    Optional<String> board,
    long maxHeld) {

  /** Held by a session's queue and the kernel's buffers at both ends. */
  public static final long MAX_HELD = 4 << 20;

  public LoadOptions {
    urls = List.copyOf(urls);
    http = List.copyOf(http);
    urls.forEach(url -> check("url", url, "ws"));
    http.forEach(url -> check("http", url, "http"));
    if (clients < 1) throw new IllegalArgumentException("clients must be at least 1");
    if (connectsPerSecond < 1) throw new IllegalArgumentException("connects must be at least 1");
    if (!(perSecond >= 0 && perSecond <= 100_000)) {
      throw new IllegalArgumentException("publish must be 0 to 100000 a second, was " + perSecond);
    }
    if (bytes < 0 || bytes > 64 << 10) {
      throw new IllegalArgumentException("bytes must be 0 to 65536, was " + bytes);
    }
    if (stream.isEmpty() && !tasks) {
      throw new IllegalArgumentException("to must be stream, tasks or both");
    }
    if (profile == LoadProfile.EXPIRED && passes.signer().isEmpty()) {
      throw new IllegalArgumentException("profile expired needs a secret to make tokens");
    }
  }

  /** Clients of an application stream, all steady. */
  public static LoadOptions of(List<URI> urls, List<URI> http, TokenSource passes, String stream) {
    return new LoadOptions(
        urls,
        http,
        passes,
        LoadProfile.STEADY,
        100,
        500,
        20,
        100,
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Optional.of(stream),
        false,
        Optional.empty(),
        MAX_HELD);
  }

  /** The same with other clients. */
  public LoadOptions with(LoadProfile other, int count, int comingPerSecond) {
    return new LoadOptions(
        urls,
        http,
        passes,
        other,
        count,
        comingPerSecond,
        perSecond,
        bytes,
        duration,
        patience,
        stream,
        tasks,
        board,
        maxHeld);
  }

  /** The same on other WebSockets. */
  public LoadOptions on(List<URI> sockets) {
    return new LoadOptions(
        sockets,
        http,
        passes,
        profile,
        clients,
        connectsPerSecond,
        perSecond,
        bytes,
        duration,
        patience,
        stream,
        tasks,
        board,
        maxHeld);
  }

  /** The same with other events. */
  public LoadOptions writing(double rate, int size, Duration time) {
    return new LoadOptions(
        urls,
        http,
        passes,
        profile,
        clients,
        connectsPerSecond,
        rate,
        size,
        time,
        patience,
        stream,
        tasks,
        board,
        maxHeld);
  }

  /** The same with clients that follow a board as well. */
  public LoadOptions following(String topic) {
    return new LoadOptions(
        urls,
        http,
        passes,
        profile,
        clients,
        connectsPerSecond,
        perSecond,
        bytes,
        duration,
        patience,
        stream,
        tasks,
        Optional.of(topic),
        maxHeld);
  }

  private static void check(String name, URI url, String scheme) {
    boolean known = scheme.equals(url.getScheme()) || (scheme + "s").equals(url.getScheme());
    if (!known || url.getHost() == null) {
      throw new IllegalArgumentException(name + " must be " + scheme + "://host:port, was " + url);
    }
  }
}
