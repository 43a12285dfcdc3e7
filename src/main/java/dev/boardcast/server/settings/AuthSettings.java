package dev.boardcast.server.settings;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.SecretFile;
import java.io.IOException;

/** The keys of the program, which generates one where none is configured. */
public final class AuthSettings {
  private AuthSettings() {}

  /**
   * The configuration. When no key is named, one is read from the data directory or generated
   * there.
   *
   * @throws IOException when that directory cannot be written
   */
  public static AuthConfig config(EffectiveSettings values) throws IOException {
    var config = values.bind(AuthConfig.class);
    if (config.hasKeys()) return config;
    var file = SecretFile.ensure(values.get(NodeSettings.DATA_DIR));
    return values.with("jwt-keys", file.toString(), "data-dir").bind(AuthConfig.class);
  }
}
