package dev.boardcast.server.settings;

import dev.boardcast.Role;
import dev.boardcast.gateway.AdmissionConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Visibility;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads values as operators write them; each throws IllegalArgumentException for a bad one. */
public final class SettingParsers {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private SettingParsers() {}

  public static Duration duration(String text) {
    var match = TIME.matcher(text);
    if (!match.matches()) throw new IllegalArgumentException();
    long amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** The shortest text that {@link #duration} reads as this. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0 || millis == 0) return millis + "ms";
    if (millis % 60_000 != 0) return millis / 1000 + "s";
    return millis % 3_600_000 == 0 ? millis / 3_600_000 + "h" : millis / 60_000 + "m";
  }

  /** As an offset where it is nothing else: UTC is one. */
  static ZoneId zone(String text) {
    try {
      return ZoneId.of(text).normalized();
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(unknown);
    }
  }

  static String currency(String text) {
    if (!text.matches("[A-Z]{3}")) throw new IllegalArgumentException();
    return text;
  }

  static int port(String text) {
    int port = Integer.parseInt(text);
    if (port < 0 || port > 65_535) throw new IllegalArgumentException();
    return port;
  }

  static boolean onOff(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  static Optional<String> optional(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
  }

  static String nonBlank(String text) {
    return optional(text).orElseThrow(IllegalArgumentException::new);
  }

  /** Bootstrap between commas, without the blanks around them. */
  public static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  static List<String> proxies(String text) {
    var usual = AdmissionConfig.DEFAULTS;
    return new AdmissionConfig(
            usual.sessionsPerUser(),
            usual.sessionsPerAddress(),
            usual.connectsPerSecond(),
            list(text))
        .trustedProxies();
  }

  static List<String> origins(String text) {
    return HttpConfig.DEFAULTS.withAllowedOrigins(list(text)).allowedOrigins();
  }

  static List<Path> paths(String text) {
    return list(text).stream().map(Path::of).toList();
  }

  static Set<Role> roles(String text) {
    var roles = EnumSet.noneOf(Role.class);
    for (String name : list(text)) {
      if (!name.equals(name.toLowerCase(Locale.ROOT))) throw new IllegalArgumentException();
      roles.add(Role.valueOf(name.toUpperCase(Locale.ROOT)));
    }
    if (roles.isEmpty()) throw new IllegalArgumentException();
    return roles;
  }

  static List<String> members(String text) {
    List<String> members = list(text);
    for (String member : members) {
      int colon = member.lastIndexOf(':');
      if (colon < 1 || port(member.substring(colon + 1)) == 0) throw new IllegalArgumentException();
    }
    return members;
  }

  static Map<String, Visibility> visibility(String text) {
    var boards = new LinkedHashMap<String, Visibility>();
    for (String entry : list(text)) {
      String[] parts = entry.split("=", 2);
      if (parts.length != 2 || parts[0].isBlank()) throw new IllegalArgumentException();
      boards.put(parts[0].strip(), Visibility.parse(parts[1].strip()));
    }
    return boards;
  }

  static Map<String, Integer> limits(String text) {
    var limits = new TreeMap<String, Integer>();
    for (String entry : list(text)) {
      int equals = entry.lastIndexOf('=');
      if (equals < 1) throw new IllegalArgumentException();
      limits.put(entry.substring(0, equals), Integer.valueOf(entry.substring(equals + 1)));
    }
    return limits;
  }

  /** As {@link #limits} reads it. */
  static String text(Map<String, Integer> limits) {
    return new TreeMap<>(limits)
        .entrySet().stream()
            .map(limit -> limit.getKey() + "=" + limit.getValue())
            .collect(Collectors.joining(","));
  }

  static Optional<String> url(String text) {
    Optional<String> url = optional(text);
    url.ifPresent(some -> checkUri(some, "http", "https"));
    return url;
  }

  /** A server's address, or empty for {@code embedded}. */
  static Optional<String> server(String text, String... schemes) {
    if (text.equals("embedded")) return Optional.empty();
    checkUri(text, schemes);
    return Optional.of(text);
  }

  private static void checkUri(String text, String... schemes) {
    URI uri = URI.create(text);
    if (uri.getHost() == null || !List.of(schemes).contains(uri.getScheme())) {
      throw new IllegalArgumentException();
    }
  }
}
