package dev.boardcast.http.pages;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.OidcConfig;
import dev.boardcast.spi.Json;
import java.util.Map;
import java.util.Optional;

/**
 * What the pages must know to let users sign in at the OpenID Connect provider. It is no secret.
 *
 * @param claims which claims of a token are the user, the teams and the roles
 */
public record SignInProvider(OidcConfig oidc, Map<String, String> claims) {

  /** The configured provider; empty without one. */
  public static Optional<SignInProvider> of(AuthConfig config) {
    return config.oidc().issuer().map(set -> new SignInProvider(config.oidc(), config.claims()));
  }

  private record Content(String issuer, String client, String scope, Map<String, String> claims) {}

  /** The origin that the pages connect to. */
  String origin() {
    return oidc.origin().orElseThrow();
  }

  /** The element that tells it to the pages. */
  String element() {
    String json =
        Json.encode(
            new Content(
                oidc.issuer().orElseThrow(), oidc.clientId().orElseThrow(), oidc.scope(), claims));
    String escaped =
        json.replace("&", "&amp;")
            .replace("\"", "&quot;")
            .replace("<", "&lt;")
            .replace(">", "&gt;");
    return "  <meta name=\"sign-in\" content=\"" + escaped + "\">\n";
  }
}
