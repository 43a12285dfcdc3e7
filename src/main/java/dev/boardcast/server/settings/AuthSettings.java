package dev.boardcast.server.settings;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.SecretFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of {@link AuthConfig}. */
public final class AuthSettings {
  private static final AuthConfig DEFAULTS = AuthConfig.ofSecret("-".repeat(32));

  static final Setting<Boolean> AUTH =
      Setting.onOff(
          "auth",
          DEFAULTS.required(),
          "Whether ingest needs the role ingest; the tasks board always needs a token");
  public static final Setting<List<String>> SECRET =
      Setting.of(
              "jwt-secret",
              "",
              "HS256 secrets of at least 32 bytes, separated by commas",
              "Secrets of tokens, newest first: the first signs, all verify",
              SettingParsers::list)
          .secret();
  static final Setting<List<Path>> KEYS =
      Setting.of(
          "jwt-keys",
          "",
          "files, separated by commas",
          "PEM files with RSA or EC public keys, or files with one secret; read again when changed",
          SettingParsers::paths);
  static final Setting<Optional<String>> JWKS_URL =
      Setting.of(
              "jwt-jwks-url",
              "",
              "an http or https URL",
              "Where to fetch public keys, every few minutes and when a token has an unknown one",
              SettingParsers::url)
          .masked(Settings::withoutPassword);
  static final Setting<Optional<String>> ISSUER =
      Setting.optional("jwt-issuer", "a text", "The iss a token must have");
  static final Setting<Optional<String>> AUDIENCE =
      Setting.optional("jwt-audience", "a text", "The aud a token must have");
  static final Setting<Duration> LEEWAY =
      Setting.time("jwt-leeway", DEFAULTS.leeway(), "How far clocks may differ");

  static final List<Setting<?>> ALL =
      List.of(AUTH, SECRET, KEYS, JWKS_URL, ISSUER, AUDIENCE, LEEWAY);

  private AuthSettings() {}

  /**
   * The configuration. When no key is named, one is made in the data directory, or found there.
   *
   * @throws IOException when that directory cannot be written
   */
  public static AuthConfig config(EffectiveSettings values) throws IOException {
    List<String> secrets = values.get(SECRET);
    Optional<String> jwks = values.get(JWKS_URL);
    List<Path> named = values.get(KEYS);
    List<Path> files =
        secrets.isEmpty() && named.isEmpty() && jwks.isEmpty()
            ? List.of(SecretFile.ensure(values.get(NodeSettings.DATA_DIR)))
            : named;
    return values.build(
        () ->
            new AuthConfig(
                values.get(AUTH),
                secrets,
                files,
                jwks,
                values.get(ISSUER),
                values.get(AUDIENCE),
                values.get(LEEWAY)));
  }
}
