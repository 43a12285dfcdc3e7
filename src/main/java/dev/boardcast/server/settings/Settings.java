package dev.boardcast.server.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every setting there is: flags, environment, file and docs all come from this list. */
public final class Settings {
  static final String PREFIX = "BOARDCAST_";

  static final List<Setting<?>> ALL =
      Stream.of(
              NodeSettings.ALL,
              DatabaseSettings.ALL,
              ClusterSettings.ALL,
              AuthSettings.ALL,
              HttpSettings.ALL,
              EmitterSettings.ALL,
              MetricsSettings.ALL,
              HistorySettings.ALL,
              AuditSettings.ALL,
              GatewaySettings.ALL,
              BoardSettings.ALL)
          .<Setting<?>>flatMap(List::stream)
          .toList();

  private static final Map<String, Setting<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Setting::name, Function.identity()));

  private static final Pattern DELICATE =
      Pattern.compile(".*(secr|key|token|pass).*", Pattern.CASE_INSENSITIVE);

  private Settings() {}

  static Optional<Setting<?>> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** What of a value may be shown, also under a name that is nearly a secret's. */
  public static String shown(String name, String text) {
    return DELICATE.matcher(name).matches() ? "(hidden)" : withoutPassword(text);
  }

  static String withoutPassword(String uri) {
    return uri.replaceAll("://[^@/]*@", "://…@");
  }

  /** The name an operator may have meant, in the form it was written in. */
  static Optional<String> nearest(String written) {
    Function<Setting<?>, String> form =
        written.startsWith("--")
            ? Setting::flag
            : written.startsWith(PREFIX) ? Setting::variable : Setting::name;
    return ALL.stream()
        .map(form)
        .filter(name -> distance(name, written) <= 3)
        .min(Comparator.comparing(name -> distance(name, written)));
  }

  /** How many letters to put in, take out or replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) row[j] = j;
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
