package dev.boardcast.server.settings;

import dev.boardcast.NodeConfig;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.MetricsConfig;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All settings of the program. */
public final class Settings {
  static final SettingCatalog CATALOG =
      new SettingCatalog(
          Stream.concat(
                  Stream.of(
                      ProgramConfig.class,
                      NodeConfig.class,
                      DatabaseConfig.class,
                      AuthConfig.class,
                      HttpConfig.class,
                      EmitterConfig.class,
                      MetricsConfig.class,
                      GatewayConfig.class),
                  BoardSettings.RECORDS.stream())
              .toList());

  private static final Pattern DELICATE =
      Pattern.compile(".*(secr|key|token|pass).*", Pattern.CASE_INSENSITIVE);

  private Settings() {}

  /** The part of a value that may be shown, also under a name that is nearly that of a secret. */
  public static String shown(String name, String text) {
    return DELICATE.matcher(name).matches() ? "(hidden)" : SettingDeclaration.withoutPassword(text);
  }

  static SettingDeclaration get(String key) {
    return CATALOG.find(key).orElseThrow();
  }
}
