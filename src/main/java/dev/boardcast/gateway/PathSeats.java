package dev.boardcast.gateway;

import java.util.Map;
import java.util.stream.Collectors;

/** Seats on the paths that have a limit of their own. Safe from any thread. */
final class PathSeats {
  private final Map<String, Seats> limited;
  private final Seats unlimited = new Seats(Integer.MAX_VALUE);

  PathSeats(Map<String, Integer> limits) {
    limited =
        limits.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, limit -> new Seats(limit.getValue())));
  }

  Seats of(String path) {
    return limited.getOrDefault(path, unlimited);
  }
}
