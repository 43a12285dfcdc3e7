package dev.boardcast.gateway;

import java.util.Map;
import java.util.stream.Collectors;

/** Limits connections on the paths that have a limit of their own. Thread safe. */
final class PathConnectionLimit {
  private final Map<String, ConnectionLimit> limited;
  private final ConnectionLimit unlimited = new ConnectionLimit(Integer.MAX_VALUE);

  PathConnectionLimit(Map<String, Integer> limits) {
    limited =
        limits.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, limit -> new ConnectionLimit(limit.getValue())));
  }

  ConnectionLimit of(String path) {
    return limited.getOrDefault(path, unlimited);
  }
}
