package dev.boardcast.lab.replay;

import dev.boardcast.server.command.Arguments;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a file is sent, and how fast.
 *
 * @param url the node's address, such as {@code http://127.0.0.1:8080}
 * @param board one of {@link Replay#boards()}
 * @param token for {@code Authorization}, if the node needs one
 * @param speed multiple of the recorded speed; empty for as fast as accepted
 * @param patience how long one request is retried before the replay is aborted
 */
public record ReplayOptions(
    URI url, String board, Optional<String> token, Optional<Double> speed, Duration patience) {
  public ReplayOptions {
    if (url.getHost() == null
        || !"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw new IllegalArgumentException(
          "url must be http://host:port, was " + Arguments.shown(url.toString()));
    }
    if (!Replay.boards().contains(board)) {
      throw new IllegalArgumentException(
          "board must be one of " + String.join(", ", Replay.boards()) + ", was " + board);
    }
    if (speed.isPresent() && !(speed.get() > 0 && speed.get() <= 1e9)) {
      throw new IllegalArgumentException("speed must be max or more than 0, was " + speed.get());
    }
  }
}
