package dev.boardcast;

import dev.boardcast.spi.Visibility;
import dev.boardcast.web.LoopbackAddress;
import java.util.ArrayList;
import java.util.List;

/** Finds out what a node that others can reach lets anybody do, for a warning to its operator. */
final class OpenAccess {
  private OpenAccess() {}

  /**
   * What needs no token on a node that listens beyond loopback; empty where nothing is open.
   *
   * @param needsIngestRole whether facts can be written with a token only
   */
  static List<String> of(NodeOptions options, boolean listens, boolean needsIngestRole) {
    if (!listens || LoopbackAddress.matches(options.host())) return List.of();
    VisibilityConfig visibility = options.visibility();
    Visibility others = visibility.byName().getOrDefault("*", visibility.defaultVisibility());
    var open = new ArrayList<String>();
    if (!needsIngestRole) open.add("write facts (auth=off)");
    if (others.level() == Visibility.Level.PUBLIC) {
      open.add(
          visibility.byName().containsKey("*")
              ? "see boards and streams (visibility=*=public)"
              : "see boards and streams (default-visibility=public)");
    } else if (visibility.opensOlderPaths()) {
      open.add("see boards on the paths of older clients (older-paths=public)");
    }
    return open.isEmpty()
        ? List.of()
        : List.of(
            "This node listens on %s, and anybody who reaches it can %s without a token"
                .formatted(options.host(), String.join(", and ", open)));
  }
}
