package dev.boardcast.build;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names that types, packages and pools had before the terms of the field replaced them. */
final class FormerNames {
  static final Set<String> TYPES =
      words(
          """
          House Opened Administration Door Desk Conversation Vigil Wheel Mailbox Farewell Outlet
          VertxOutlet ChannelOutlet SseOutlet HeldOutlet Interests Place Below Shortcut Takeover
          Outside Lane Past Chores Turn Flushes Bundle Seats PathSeats Census Offer Identity Network
          Inbound EarlyBytes VertxBooks Sockets Control Tenure Pace Ticks Standing KnownSnapshots
          Copies Breaker Turns Drain Caller Deadline Tunnel UpgradeProxy Pump LocalTunnels Tunnels
          Backpressure Flags Values Edge NextMove RolledPast Tally Measures TaskIntake TaskPosts
          TaskEdits GivenText InForce Figures Bounds Departure AlertBook Periods Company
          Neighbours Parts Launch LastWords Habit Manner Crowd Line Account Trial Mark Passes Advice
          Home Row Matrix
          """);

  static final Set<String> PACKAGES = words("board cli db event metric ops load.lab");
  static final Set<String> POOLS = words("guests work api");

  /** Former names of types that are terms of the field where a setting or meter has them. */
  private static final Map<String, String> TERMS =
      Map.of(
          "drain", "ends the sessions of a node before it stops",
          "flushes", "of sockets",
          "line", "one object of NDJSON",
          "parts", "of a board by its parameters",
          "rows", "of a table");

  private static final Set<String> WORDS = new TreeSet<>();

  static {
    for (String type : TYPES) {
      WORDS.add(type.toLowerCase(Locale.ROOT));
      WORDS.add(type.toLowerCase(Locale.ROOT) + "s");
    }
  }

  private FormerNames() {}

  /** Whether a whole name, such as {@code lines} or {@code last-words}, is a former one. */
  static boolean has(String name) {
    return WORDS.contains(name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", ""));
  }

  /** Whether consecutive words of a key, such as {@code gateway-seats}, are a former name. */
  static boolean in(String key) {
    List<String> parts = Arrays.asList(key.split("[-_.]"));
    for (int from = 0; from < parts.size(); from++) {
      for (int to = from + 1; to <= parts.size(); to++) {
        String name = String.join("", parts.subList(from, to));
        if (has(name) && !TERMS.containsKey(name)) return true;
      }
    }
    return false;
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(Arrays.asList(text.strip().split("\\s+")));
  }
}
