package dev.boardcast.auth;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.util.Locale;
import java.util.Optional;

/** The OpenID Connect provider at which users of the pages sign in; its ID tokens are accepted. */
@SettingGroup("Authentication")
public record OidcConfig(
    @Setting(
            key = "oidc-issuer",
            pattern =
                "(?:https://(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+])"
                    + "|http://(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1]))"
                    + "(?::\\d{1,5})?(?:/[A-Za-z0-9._~%/-]*)?",
            expected =
                "an https URL without user, query and fragment (http on a loopback address only)",
            description =
                "OpenID Connect provider at which users of the pages sign in: its issuer (iss),"
                    + " exactly as its metadata names it. Its tokens are accepted.")
        Optional<String> issuer,
    @Setting(
            key = "oidc-client-id",
            pattern = "[\\x21-\\x7e]{1,200}",
            expected = "1 to 200 characters without spaces",
            description =
                "The client that oidc-issuer knows the pages by: a public one, with PKCE.")
        Optional<String> clientId,
    @Setting(
            key = "oidc-scope",
            defaultValue = "openid",
            pattern = "(?:[!#-\\[\\]-~]+ )*openid(?: [!#-\\[\\]-~]+)*",
            expected = "names with spaces between, openid among them",
            description =
                "What the pages ask oidc-issuer for, such as openid profile groups"
                    + " offline_access.")
        String scope) {

  public OidcConfig {
    if (issuer.isPresent() && clientId.isEmpty()) {
      throw new InvalidSettingException("oidc-client-id", "the client's id, with oidc-issuer");
    }
    if (clientId.isPresent() && issuer.isEmpty()) {
      throw new InvalidSettingException("oidc-issuer", "the provider's URL, with oidc-client-id");
    }
  }

  /** Scheme, host and port of the issuer, as browsers write them. */
  public Optional<String> origin() {
    return issuer.map(
        text -> text.replaceFirst("(https?://[^/]+).*", "$1").toLowerCase(Locale.ROOT));
  }

  /** Where the provider's metadata is (OpenID Connect Discovery 1.0, 4). */
  Optional<String> metadataUrl() {
    return issuer.map(text -> text.replaceFirst("/$", "") + "/.well-known/openid-configuration");
  }
}
