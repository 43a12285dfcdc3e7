package dev.boardcast.auth;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which tokens are accepted. */
@SettingGroup("Authentication")
public record AuthConfig(
    @Setting(
            key = "auth",
            defaultValue = "on",
            description =
                "Whether ingest requires the role ingest; the tasks board always requires a token.")
        boolean required,
    @Setting(
            key = "jwt-secret",
            secret = true,
            expected = "HS256 secrets of at least 32 bytes, separated by commas",
            description = "HS256 secrets, newest first: the first one signs, all of them verify.")
        List<String> secrets,
    @Setting(
            key = "jwt-keys",
            expected = "files, separated by commas",
            description =
                "PEM files with RSA or EC public keys, or files with one HS256 secret; read again"
                    + " when they change.")
        List<Path> keyFiles,
    @Setting(
            key = "jwt-jwks-url",
            secret = true,
            address = true,
            pattern = "https?://[^/?#\\s]+\\S*",
            expected = AuthConfig.JWKS,
            description =
                "Where to fetch public keys, every 50 s and when a token names an unknown key.")
        Optional<String> jwksUrl,
    @Setting(key = "jwt-issuer", description = "The issuer (iss) that a token must name.")
        Optional<String> issuer,
    @Setting(key = "jwt-audience", description = "The audience (aud) that a token must name.")
        Optional<String> audience,
    @Setting(
            key = "jwt-user-claim",
            defaultValue = "sub",
            expected = ClaimPath.EXPECTED,
            description = "The claim with the user: a string of 1 to 200 characters.")
        ClaimPath userClaim,
    @Setting(
            key = "jwt-teams-claim",
            defaultValue = "teams",
            expected = ClaimPath.EXPECTED,
            description =
                "The claim with the user's teams: a list of strings, or one string with spaces"
                    + " between.")
        ClaimPath teamsClaim,
    @Setting(
            key = "jwt-roles-claim",
            defaultValue = "roles",
            expected = ClaimPath.EXPECTED,
            description =
                "The claim with the user's roles: a list of strings, or one string with spaces"
                    + " between, such as scope.")
        ClaimPath rolesClaim,
    @Setting(
            key = "jwt-leeway",
            defaultValue = "5s",
            description = "Largest tolerated difference between the clocks of issuer and node.")
        Duration leeway,
    @Setting(
            key = "jwt-allow-no-exp",
            defaultValue = "off",
            description =
                "Whether tokens without an expiry (exp) are accepted; only a revocation ends their"
                    + " sessions.")
        boolean allowsNoExpiry,
    @Setting(
            key = "auth-revocation-duration",
            defaultValue = "30d",
            min = "1m",
            max = "3650d",
            description =
                "How long a revocation lasts that names no end: at least as long as tokens are"
                    + " valid.")
        Duration revocationDuration,
    @Setting(
            key = "auth-revocation-blind-limit",
            defaultValue = "3m",
            min = "2s",
            max = "1h",
            description =
                "How long a node that neither other nodes nor PostgreSQL answer goes on serving"
                    + " users: then it ends their sessions and refuses tokens.")
        Duration blindLimit,
    OidcConfig oidc) {
  static final String JWKS = "an http or https URL without user and password";

  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^@:\\[\\]]+)(:\\d{1,5})?");
  private static final int MIN_SECRET_BYTES = 32;

  public AuthConfig {
    for (String secret : secrets) {
      if (secret.getBytes(StandardCharsets.UTF_8).length < MIN_SECRET_BYTES) {
        throw new InvalidSettingException(
            "jwt-secret", "HS256 secrets of at least 32 bytes, separated by commas");
      }
    }
    jwksUrl.ifPresent(AuthConfig::requireUrl);
  }

  private static void requireUrl(String text) {
    try {
      // A login would not be sent; behind the host, an @ means that the host is one.
      boolean fits =
          AUTHORITY.matcher(new URI(text).getRawAuthority()).matches() && !text.contains("@");
      if (fits) return;
    } catch (URISyntaxException notAUrl) {
      // Reported below, without the text.
    }
    throw new InvalidSettingException("jwt-jwks-url", JWKS);
  }

  /** One shared secret, everything else by default. */
  public static AuthConfig ofSecret(String secret) {
    return Settings.of(AuthConfig.class, "jwt-secret=" + secret);
  }

  /** Whether any key to verify tokens with is configured. */
  public boolean hasKeys() {
    return !secrets.isEmpty() || !keyFiles.isEmpty() || hasKeySet();
  }

  /** The claims with the user, the teams and the roles, by what they are called by default. */
  public Map<String, String> claims() {
    return new TreeMap<>(
        Map.of("sub", userClaim.text(), "teams", teamsClaim.text(), "roles", rolesClaim.text()));
  }

  /** Whether public keys are fetched. */
  boolean hasKeySet() {
    return jwksUrl.isPresent() || oidc.issuer().isPresent();
  }
}
